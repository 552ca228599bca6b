import type { Client } from 'pg';

/** A database, who owns it, and whether every role may connect to it. */
export interface DatabaseRow {
  readonly name: string;
  readonly owner: string;
  readonly isPublic: boolean;
  /** Roles that were granted CONNECT by name. */
  readonly connectors: string[];
  readonly timezone: string | null;
}

/** Those of the named databases that exist. */
export async function findDatabases(client: Client, names: readonly string[]): Promise<DatabaseRow[]> {
  const { rows } = await client.query<DatabaseRow>(
    `SELECT d.datname AS "name",
            o.rolname AS "owner",
            EXISTS (SELECT FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
                     WHERE a.grantee = 0 AND a.privilege_type = 'CONNECT') AS "isPublic",
            ARRAY(SELECT g.rolname::text
                    FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
                    JOIN pg_roles g ON g.oid = a.grantee
                   WHERE a.privilege_type = 'CONNECT') AS "connectors",
            (SELECT substring(c FROM '^TimeZone=(.*)$')
               FROM pg_db_role_setting s, unnest(s.setconfig) c
              WHERE s.setdatabase = d.oid AND s.setrole = 0 AND c ILIKE 'timezone=%') AS "timezone"
       FROM pg_database d
       JOIN pg_roles o ON o.oid = d.datdba
      WHERE d.datname = ANY($1)`,
    [names],
  );
  return rows;
}
