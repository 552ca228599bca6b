import {
  OWNER_ROLE,
  PREFECT_DATABASE,
  PREFECT_ROLE,
  SERVICE_NAMES,
  SERVICES,
  type ServiceName,
  TRADING_DATABASE,
} from '@trading/database';
import { withConnection } from './adminConnection';
import { findPostmaster } from './cluster/postmaster';
import { type Connection, readConnection, type ServerMode } from './connection';
import { redactUrl, serverOf } from './connectionUrl';
import type { Context } from './context';
import { lookAtCluster } from './localCluster';
import { type MigrationStatus, readMigrationStatus } from './migrations';
import { readRedisFacts } from './redisClient';
import { readServerFacts } from './sql/readServerFacts';
import { messageOf } from './systemError';

/** One server and whether it answers. */
export interface ServerStatus {
  readonly name: 'postgres' | 'redis';
  readonly running: boolean;
  readonly host: string;
  readonly port: number;
  /** True where `up` starts and `down` stops it. */
  readonly managed: boolean;
  readonly version?: string;
  /** Of a server of ours. */
  readonly pid?: number;
  /** Why it doesn't answer. */
  readonly problem?: string;
}

/** A database and the login that owns it. */
export interface DatabaseStatus {
  readonly name: string;
  readonly owner: string;
  readonly url: string;
}

/** A login and where it leads. */
export interface RoleStatus {
  readonly role: string;
  /** The service that connects as it; none for the owner, the administrator and Prefect. */
  readonly service?: ServiceName;
  /** The schema that the service owns. */
  readonly schema?: string;
  readonly database: string;
  readonly url: string;
}

/** All that is known of the system at this moment. */
export interface RuntimeStatus {
  readonly root: string;
  /** False before the first `up`; the lists are empty then. */
  readonly configured: boolean;
  readonly mode?: ServerMode;
  readonly servers: readonly ServerStatus[];
  readonly databases: readonly DatabaseStatus[];
  readonly roles: readonly RoleStatus[];
  /** Undefined while the database can't be asked. */
  readonly migrations?: MigrationStatus;
}

/**
 * Looks at everything and changes nothing. URLs have `***` for a password unless `secrets` is set.
 *
 * @throws TradingError `LOCAL.CONNECTION_UNREADABLE`, `LOCAL.PERMISSION`
 */
export async function readStatus(context: Context, options: { secrets?: boolean }): Promise<RuntimeStatus> {
  const { layout } = context;
  const connection = await readConnection(layout);
  if (connection === undefined) {
    return { root: layout.root, configured: false, servers: [], databases: [], roles: [] };
  }
  const show = options.secrets === true ? (url: string) => url : redactUrl;
  const postgres = await postgresStatus(context, connection);
  const servers = [postgres, ...(await redisStatus(connection))];
  const migrations = postgres.running
    ? await readMigrationStatus(connection.ownerUrl, layout.migrations).catch(() => undefined)
    : undefined;
  return {
    root: layout.root,
    configured: true,
    mode: connection.mode,
    servers,
    databases: [
      { name: TRADING_DATABASE, owner: OWNER_ROLE, url: show(connection.ownerUrl) },
      { name: PREFECT_DATABASE, owner: PREFECT_ROLE, url: show(connection.prefectUrl) },
    ],
    roles: rolesOf(connection, show),
    ...(migrations === undefined ? {} : { migrations }),
  };
}

function rolesOf(connection: Connection, show: (url: string) => string): RoleStatus[] {
  const admin = new URL(connection.adminUrl);
  return [
    {
      role: decodeURIComponent(admin.username),
      database: decodeURIComponent(admin.pathname.slice(1)),
      url: show(connection.adminUrl),
    },
    { role: OWNER_ROLE, database: TRADING_DATABASE, url: show(connection.ownerUrl) },
    ...SERVICE_NAMES.map((service) => ({
      ...SERVICES[service],
      service,
      database: TRADING_DATABASE,
      url: show(connection.services[service]),
    })),
    { role: PREFECT_ROLE, database: PREFECT_DATABASE, url: show(connection.prefectUrl) },
  ];
}

async function postgresStatus(context: Context, connection: Connection): Promise<ServerStatus> {
  const managed = connection.mode === 'local';
  const place = { name: 'postgres' as const, ...serverOf(connection.adminUrl), managed };
  try {
    const { version } = await withConnection(connection.adminUrl, readServerFacts);
    const cluster = managed
      ? await lookAtCluster({ home: context.layout.postgres, env: context.env })
      : undefined;
    const postmaster = cluster === undefined ? undefined : await findPostmaster(cluster);
    return { ...place, running: true, version, ...(postmaster === undefined ? {} : { pid: postmaster.pid }) };
  } catch (error) {
    return { ...place, running: false, problem: messageOf(error) };
  }
}

async function redisStatus(connection: Connection): Promise<ServerStatus[]> {
  const { redisUrl } = connection;
  if (redisUrl === undefined) return [];
  const managed = connection.redisManaged === true;
  const place = { name: 'redis' as const, ...serverOf(redisUrl, 6379), managed };
  try {
    const { version, pid } = await readRedisFacts(redisUrl);
    return [{ ...place, running: true, version, ...(managed ? { pid } : {}) }];
  } catch (error) {
    return [{ ...place, running: false, problem: messageOf(error) }];
  }
}
