import type { Client } from 'pg';

/** A role as the server knows it. */
export interface RoleRow {
  readonly name: string;
  readonly canLogIn: boolean;
  readonly createsDatabases: boolean;
  readonly createsRoles: boolean;
  readonly isSuperuser: boolean;
}

/** Those of the named roles that exist. */
export async function findRoles(client: Client, names: readonly string[]): Promise<RoleRow[]> {
  const { rows } = await client.query<RoleRow>(
    `SELECT rolname AS "name", rolcanlogin AS "canLogIn", rolcreatedb AS "createsDatabases",
            rolcreaterole AS "createsRoles", rolsuper AS "isSuperuser"
       FROM pg_roles
      WHERE rolname = ANY($1)`,
    [names],
  );
  return rows;
}
