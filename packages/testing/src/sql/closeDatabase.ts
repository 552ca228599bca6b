import { type Client, escapeIdentifier } from 'pg';

/** Lets nobody connect to a database, superusers included, so that it can be copied at any time. */
export async function closeDatabase(client: Client, name: string): Promise<void> {
  await client.query(`ALTER DATABASE ${escapeIdentifier(name)} WITH ALLOW_CONNECTIONS false`);
}
