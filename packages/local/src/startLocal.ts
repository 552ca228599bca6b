import { OWNER_ROLE, PREFECT_DATABASE, PREFECT_ROLE, SERVICES, TRADING_DATABASE } from '@trading/database';
import { TradingError } from '@trading/model';
import { canLogIn, withConnection } from './adminConnection';
import { type Cluster, dataFolder, logFile, SUPERUSER } from './cluster/cluster';
import { initCluster, isInitialised } from './cluster/initCluster';
import { findPostmaster } from './cluster/postmaster';
import { resetSuperuserPassword } from './cluster/resetPassword';
import { MAX_CONNECTIONS } from './cluster/settings';
import { startCluster } from './cluster/startCluster';
import { stopCluster } from './cluster/stopCluster';
import {
  type Connection,
  credentialsOf,
  readConnection,
  readSetAside,
  redisOf,
  writeConnection,
} from './connection';
import { loopbackUrl, passwordOf, serverOf, withLogin } from './connectionUrl';
import type { Context } from './context';
import {
  type Credentials,
  generateCredentials,
  generatePassword,
  mapServices,
  scramVerifier,
} from './credentials';
import { openCluster } from './localCluster';
import { findFreePort, isPortFree } from './ports';
import { alterRolePassword } from './sql/alterRole';

/** An embedded server that is up and answers to the connection's administrator. */
export interface StartedLocal {
  readonly connection: Connection;
  readonly initialised: boolean;
  readonly started: boolean;
  /** The port on which another program was found listening, where one was: every password is a new one then. */
  readonly takenPort: number | undefined;
  readonly dataFolder: string;
  readonly logFile: string;
}

/**
 * Makes the embedded server's data where there is none, starts it where it isn't running, and writes down how to reach it.
 * Each step finds out what is there first, so it may be cut off anywhere and run again.
 */
export async function startLocal(context: Context): Promise<StartedLocal> {
  const { layout, progress } = context;
  const cluster = await openCluster({
    home: layout.postgres,
    repository: layout.root,
    env: context.env,
    ...(context.sharedFolder === undefined ? {} : { sharedFolder: context.sharedFolder }),
  });
  let connection = await rememberedOrNew(context);
  const initialised = !(await isInitialised(cluster));
  if (initialised) {
    progress({
      step: 'postgres.init',
      // The package's version is the server's, and a part of its own.
      message: `Making a PostgreSQL ${cluster.binaries.version.split('.').slice(0, 2).join('.')} data directory`,
    });
    await initCluster(cluster, { superuserPassword: passwordOf(connection.adminUrl) ?? '', durable: true });
  }
  const takenPort = await portTakenByOthers(cluster, connection);
  let started = await start(context, cluster, connection);
  connection =
    takenPort === undefined
      ? await rememberPort(context, connection, started.port)
      : await renewPasswords(context, connection, started.port);
  if (!(await canLogIn(connection.adminUrl))) {
    progress({ step: 'postgres.password', message: 'The connection file was lost: setting new passwords' });
    await stopCluster(cluster, 'fast');
    await resetSuperuserPassword(cluster, passwordOf(connection.adminUrl) ?? '');
    started = await start(context, cluster, connection);
    connection = await rememberPort(context, connection, started.port);
  }
  return {
    connection,
    initialised,
    started: started.started,
    takenPort: initialised ? undefined : takenPort,
    dataFolder: dataFolder(cluster),
    logFile: logFile(cluster),
  };
}

/** The connection of a server on the loopback interface, for these passwords. */
export function localConnection(
  port: number,
  superuserPassword: string,
  credentials: Credentials,
): Connection {
  return connectionFor(
    'local',
    loopbackUrl(port, { user: SUPERUSER, password: superuserPassword, database: 'postgres' }),
    credentials,
  );
}

/** Every role's URL on the server that `adminUrl` names. */
export function connectionFor(
  mode: Connection['mode'],
  adminUrl: string,
  credentials: Credentials,
): Connection {
  const inTrading = (user: string, password: string) =>
    withLogin(adminUrl, { user, password, database: TRADING_DATABASE });
  return {
    version: 1,
    mode,
    adminUrl,
    ownerUrl: inTrading(OWNER_ROLE, credentials.owner),
    services: mapServices((service) => inTrading(SERVICES[service].role, credentials.services[service])),
    prefectUrl: withLogin(adminUrl, {
      user: PREFECT_ROLE,
      password: credentials.prefect,
      database: PREFECT_DATABASE,
    }),
  };
}

/** The passwords are written down before the server learns them, so that none is ever lost between the two. */
async function rememberedOrNew(context: Context): Promise<Connection> {
  const current = await readConnection(context.layout).catch(forgetDamaged);
  if (current?.mode === 'local') return current;
  const known = await readSetAside(context.layout, 'local').catch(forgetDamaged);
  const connection =
    known ?? localConnection(await findFreePort(), generatePassword(), generateCredentials());
  await writeConnection(context.layout, connection);
  return connection;
}

/** A damaged file is made anew; its passwords can be set again because the data directory is ours. */
function forgetDamaged(error: unknown): undefined {
  if (error instanceof TradingError && error.code === 'LOCAL.CONNECTION_UNREADABLE') return undefined;
  throw error;
}

async function start(context: Context, cluster: Cluster, connection: Connection) {
  if ((await findPostmaster(cluster)) === undefined) {
    context.progress({ step: 'postgres.start', message: 'Starting PostgreSQL' });
  }
  return startCluster(cluster, {
    preferredPort: serverOf(connection.adminUrl).port,
    durable: true,
    maxConnections: MAX_CONNECTIONS,
  });
}

/** The remembered port, where a program that isn't our server listens on it. */
async function portTakenByOthers(cluster: Cluster, connection: Connection): Promise<number | undefined> {
  const { port } = serverOf(connection.adminUrl);
  return (await findPostmaster(cluster)) !== undefined || (await isPortFree(port)) ? undefined : port;
}

/**
 * Somebody's client may have given its password to the program that took the port, so none of them is to be worth
 * anything. The roles get theirs when they are provisioned; whoever used the old URLs had the wrong port anyway.
 */
async function renewPasswords(context: Context, connection: Connection, port: number): Promise<Connection> {
  context.progress({
    step: 'postgres.password',
    message: 'Another program has taken the port: setting new passwords',
  });
  const renewed = {
    ...localConnection(port, generatePassword(), generateCredentials()),
    ...redisOf(connection),
  };
  // Written down first: where this is cut off, the next `up` finds that the password is not the server's, and sets it.
  await writeConnection(context.layout, renewed);
  const verifier = scramVerifier(passwordOf(renewed.adminUrl) ?? '');
  const atNewPort = loopbackUrl(port, {
    user: SUPERUSER,
    password: passwordOf(connection.adminUrl) ?? '',
    database: 'postgres',
  });
  // Of a lost connection file nobody knows the old one; it is set without a login then.
  if (await canLogIn(atNewPort))
    await withConnection(atNewPort, (client) => alterRolePassword(client, SUPERUSER, verifier));
  return renewed;
}

async function rememberPort(context: Context, connection: Connection, port: number): Promise<Connection> {
  if (serverOf(connection.adminUrl).port === port) return connection;
  const moved = {
    ...localConnection(port, passwordOf(connection.adminUrl) ?? '', credentialsOf(connection)),
    ...redisOf(connection),
  };
  await writeConnection(context.layout, moved);
  return moved;
}
