import { type Client, escapeIdentifier } from 'pg';

/** Gives a database to another role. */
export async function alterDatabaseOwner(client: Client, name: string, owner: string): Promise<void> {
  await client.query(`ALTER DATABASE ${escapeIdentifier(name)} OWNER TO ${escapeIdentifier(owner)}`);
}

/** Sessions in the database speak UTC, whatever the server's own setting is. */
export async function alterDatabaseTimezone(client: Client, name: string): Promise<void> {
  await client.query(`ALTER DATABASE ${escapeIdentifier(name)} SET timezone = 'UTC'`);
}

/** Closes a database to the roles that aren't named and opens it to those that are. */
export async function restrictConnect(client: Client, name: string, roles: readonly string[]): Promise<void> {
  const database = escapeIdentifier(name);
  await client.query(`REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC`);
  await client.query(`GRANT CONNECT ON DATABASE ${database} TO ${roles.map(escapeIdentifier).join(', ')}`);
}
