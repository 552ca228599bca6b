import type { Client } from 'pg';

/** A role as the server knows it. */
export interface RoleRow {
  readonly name: string;
  readonly canLogIn: boolean;
  readonly createsDatabases: boolean;
  readonly createsRoles: boolean;
  readonly isSuperuser: boolean;
  /** -1 for none. */
  readonly connectionLimit: number;
  /** `name=value` of what its sessions begin with, sorted. */
  readonly settings: readonly string[];
  /** The same for one database each. */
  readonly databaseSettings: readonly { readonly database: string; readonly settings: readonly string[] }[];
}

/** Those of the named roles that exist. */
export async function findRoles(client: Client, names: readonly string[]): Promise<RoleRow[]> {
  const { rows } = await client.query<RoleRow>(
    `SELECT rolname AS "name", rolcanlogin AS "canLogIn", rolcreatedb AS "createsDatabases",
            rolcreaterole AS "createsRoles", rolsuper AS "isSuperuser", rolconnlimit AS "connectionLimit",
            ARRAY(SELECT unnest(s.setconfig) FROM pg_db_role_setting s
                   WHERE s.setrole = r.oid AND s.setdatabase = 0 ORDER BY 1) AS "settings",
            coalesce((SELECT jsonb_agg(jsonb_build_object('database', d.datname, 'settings', s.setconfig))
                        FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
                       WHERE s.setrole = r.oid), '[]') AS "databaseSettings"
       FROM pg_roles r
      WHERE rolname = ANY($1)`,
    [names],
  );
  return rows;
}
