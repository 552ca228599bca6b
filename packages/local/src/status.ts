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
import { type Connection, readConnection, type ServerMode } from './connection';
import { redactUrl, redisServers, serverOf } from './connectionUrl';
import type { Context } from './context';
import { requirePostmaster } from './localCluster';
import { type MigrationStatus, readMigrationStatus, unknownHistory } from './migrations';
import { readRedisFacts } from './redisClient';
import { redisProblem } from './redisServer';
import { findDatabases } from './sql/findDatabases';
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
  /** Whether the server has it; not there while the server can't be asked. */
  readonly exists?: boolean;
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

/** A user of our Redis. */
export interface RedisUserStatus {
  readonly user: string;
  readonly purpose: string;
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
  /** Users of a Redis of ours: the one to give to programs outside first. None where Redis is somebody else's. */
  readonly redisUsers: readonly RedisUserStatus[];
  /** Undefined while the server is down, and where they can't be read. */
  readonly migrations?: MigrationStatus;
  /** Why the migrations can't be read although the server answers, or can't be gone on with from this checkout. */
  readonly migrationsProblem?: string;
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
    return { root: layout.root, configured: false, servers: [], databases: [], roles: [], redisUsers: [] };
  }
  const show = options.secrets === true ? (url: string) => url : redactUrl;
  const postgres = await postgresStatus(context, connection);
  const servers = [postgres, ...(await redisStatus(context, connection))];
  return {
    root: layout.root,
    configured: true,
    mode: connection.mode,
    servers,
    databases: await databaseStatus(connection, postgres.running, show),
    roles: rolesOf(connection, show),
    redisUsers: redisUsersOf(connection, show),
    ...(postgres.running ? await migrationStatus(connection, layout.migrations) : {}),
  };
}

async function databaseStatus(
  connection: Connection,
  running: boolean,
  show: (url: string) => string,
): Promise<DatabaseStatus[]> {
  const wanted = [
    { name: TRADING_DATABASE, owner: OWNER_ROLE, url: show(connection.ownerUrl) },
    { name: PREFECT_DATABASE, owner: PREFECT_ROLE, url: show(connection.prefectUrl) },
  ];
  const found = running ? await existing(connection, wanted) : undefined;
  return found === undefined ? wanted : wanted.map((each) => ({ ...each, exists: found.has(each.name) }));
}

/** The names of those that are there; undefined where the server stopped answering in between. */
async function existing(
  connection: Connection,
  wanted: readonly { name: string }[],
): Promise<Set<string> | undefined> {
  const names = wanted.map(({ name }) => name);
  return withConnection(connection.adminUrl, (client) => findDatabases(client, names)).then(
    (rows) => new Set(rows.map(({ name }) => name)),
    () => undefined,
  );
}

async function migrationStatus(
  connection: Connection,
  folder: string,
): Promise<Pick<RuntimeStatus, 'migrations' | 'migrationsProblem'>> {
  try {
    const migrations = await readMigrationStatus(connection.ownerUrl, folder);
    const refusal = unknownHistory(migrations);
    return { migrations, ...(refusal === undefined ? {} : { migrationsProblem: refusal.message }) };
  } catch (error) {
    return { migrationsProblem: messageOf(error) };
  }
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

function redisUsersOf(
  { redisUrl, redisListenerUrl }: Connection,
  show: (url: string) => string,
): RedisUserStatus[] {
  if (redisUrl === undefined || redisListenerUrl === undefined) return [];
  return [
    { user: 'listener', purpose: 'programs of yours that listen', url: show(redisListenerUrl) },
    { user: 'relay', purpose: 'a relay in a process of its own', url: show(redisUrl) },
  ];
}

async function postgresStatus(context: Context, connection: Connection): Promise<ServerStatus> {
  const managed = connection.mode === 'local';
  const place = { name: 'postgres' as const, ...serverOf(connection.adminUrl), managed };
  try {
    const postmaster = managed ? await requirePostmaster(context, place.port) : undefined;
    const { version } = await withConnection(connection.adminUrl, readServerFacts);
    return { ...place, running: true, version, ...(postmaster === undefined ? {} : { pid: postmaster.pid }) };
  } catch (error) {
    return { ...place, running: false, problem: messageOf(error) };
  }
}

async function redisStatus(context: Context, connection: Connection): Promise<ServerStatus[]> {
  const { redisUrl } = connection;
  if (redisUrl === undefined) return [];
  const managed = connection.redisManaged === true;
  const place = { name: 'redis' as const, ...serverOf(redisServers(redisUrl)[0], 6379), managed };
  const problem = managed ? await redisProblem(context.layout.redis) : undefined;
  if (problem !== undefined) return [{ ...place, running: false, problem }];
  try {
    const { version, pid } = await readRedisFacts(redisUrl);
    return [{ ...place, running: true, version, ...(managed ? { pid } : {}) }];
  } catch (error) {
    return [{ ...place, running: false, problem: messageOf(error) }];
  }
}
