import type { Client } from 'pg';

/** What decides how a server is provisioned and whether it is large enough. */
export interface ServerFacts {
  /** e.g. 180004 for 18.4 */
  readonly versionNumber: number;
  /** e.g. `18.4` */
  readonly version: string;
  readonly maxConnections: number;
  /** Slots that only superusers may take, so the services can't. */
  readonly reservedConnections: number;
  /** Sessions of clients at this moment, the asking one included. */
  readonly connectionsInUse: number;
  readonly isSuperuser: boolean;
  readonly canCreateRoles: boolean;
  readonly canCreateDatabases: boolean;
  /** The server's clock. */
  readonly now: Date;
}

/** One row about the server and the rights of the role that asks. */
export async function readServerFacts(client: Client): Promise<ServerFacts> {
  const { rows } = await client.query<ServerFacts>(`
    SELECT current_setting('server_version_num')::int AS "versionNumber",
           split_part(current_setting('server_version'), ' ', 1) AS "version",
           current_setting('max_connections')::int AS "maxConnections",
           current_setting('superuser_reserved_connections')::int
             + coalesce(current_setting('reserved_connections', true)::int, 0) AS "reservedConnections",
           (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS "connectionsInUse",
           r.rolsuper AS "isSuperuser",
           r.rolsuper OR r.rolcreaterole AS "canCreateRoles",
           r.rolsuper OR r.rolcreatedb AS "canCreateDatabases",
           clock_timestamp() AS "now"
      FROM pg_roles r
     WHERE r.rolname = current_user`);
  const [facts] = rows;
  if (facts === undefined) throw new TypeError('pg_roles has no row for current_user');
  return facts;
}
