import { isDeepStrictEqual } from 'node:util';
import { TRADING_DATABASE } from '@trading/database';
import { eventTypesSql, isTradingError, TradingError } from '@trading/model';
import { withConnection } from './adminConnection';
import { type Connection, credentialsOf, readConnection, redisOf, writeConnection } from './connection';
import { connectionBudget } from './connectionBudget';
import { redisServers, serverOf } from './connectionUrl';
import type { Context } from './context';
import { deployMigrations } from './deployMigrations';
import { ensureFolder } from './layout';
import { withLock } from './lock';
import { readMigrationFiles, readMigrationStatus, requireKnownMigrations } from './migrations';
import type { UpOptions, UpResult } from './options';
import { LOOPBACK } from './ports';
import { provision } from './provision';
import { readRedisFacts } from './redisClient';
import { findRedisProgram, rememberedRedis, startRedis, stopRedis } from './redisServer';
import { readServerFacts } from './sql/readServerFacts';
import { startLocal } from './startLocal';
import { explainSystemError } from './systemError';
import { findOwnServer, useExternal } from './useExternal';

/**
 * Brings the whole system up: server, roles, databases, migrations, Redis. What is up already is left as it is, so it may
 * be called at any time, by several processes at once, and after any crash.
 *
 * @throws TradingError `LOCAL.NO_MIGRATIONS` before anything is made; `LOCAL.*`, `DATABASE.*`, `REDIS.*` otherwise
 */
export async function up(context: Context, options: UpOptions): Promise<UpResult> {
  const { layout, progress } = context;
  // Before anything is made: a wrong root would get a server with an empty database.
  await readMigrationFiles(layout.migrations);
  try {
    await ensureFolder(layout);
    return await withLock(
      layout.lock,
      {
        ...(options.lockTimeoutMs === undefined ? {} : { timeoutMs: options.lockTimeoutMs }),
        onWait: (pid) =>
          progress({
            step: 'lock.wait',
            message: `Another trading command (process ${pid}) is at work: waiting for it`,
          }),
      },
      () => bringUp(context, options),
    );
  } catch (error) {
    throw explainSystemError(error, `working in ${layout.folder}`);
  }
}

async function bringUp(context: Context, options: UpOptions): Promise<UpResult> {
  const { layout, progress } = context;
  const warnings: string[] = [];
  const databaseUrl = await externalServer(context, options, warnings);
  const local = databaseUrl === undefined ? await startLocal(context) : undefined;
  const connection =
    local?.connection ?? (await useExternal(context, databaseUrl ?? '', options.prefectPassword));
  await refuseUnknownHistory(connection.adminUrl, layout.migrations);

  progress({ step: 'provision', message: 'Checking roles and databases' });
  const provisioned = await provision(connection.adminUrl, credentialsOf(connection), {
    keepPrefectPassword: connection.mode === 'external',
  });
  // A server that can't be used must not replace one that can, so this waits until it was of use.
  if (connection.mode === 'external') await writeConnection(layout, connection);
  const migrationsApplied = await deployMigrations({
    root: layout.root,
    project: layout.project,
    migrations: layout.migrations,
    ownerUrl: connection.ownerUrl,
    adminUrl: connection.adminUrl,
    env: context.env,
    progress,
    mayRecreate: connection.mode === 'local',
  });
  // Beside the migrations, because packages add types. A checkout whose migrations don't make the table has none to fill.
  await withConnection(connection.ownerUrl, async (client) => {
    const { rows } = await client.query<{ exists: boolean }>(
      "SELECT to_regclass('event_bus.event_types') IS NOT NULL AS exists",
    );
    if (rows[0]?.exists === true) await client.query(eventTypesSql());
  });
  const migrations = await readMigrationStatus(connection.ownerUrl, layout.migrations);
  const redis = await bringUpRedis(context, options, connection);
  const facts = await withConnection(connection.adminUrl, readServerFacts);
  const { available, needed, enough } = connectionBudget(facts);
  if (!enough) {
    warnings.push(
      `The server has ${available} connections for us and the pools may need ${needed}: raise max_connections`,
    );
  }
  if (local?.takenPort !== undefined) {
    warnings.push(
      `Another program listens on port ${local.takenPort}, which was this system's: everything moved to another port, with new passwords, because that program may have been sent the old ones. See \`trading status --secrets\``,
    );
  } else if (provisioned.passwordsReset.length > 0) {
    warnings.push(
      `These roles had passwords that are not in .trading/connection.json and were given new ones: ${provisioned.passwordsReset.join(', ')}`,
    );
  }
  if (provisioned.settingsReset.length > 0) {
    warnings.push(
      `These roles had settings that are not the system's and were removed: ${provisioned.settingsReset.join('; ')}. Sessions that are open keep them until they end`,
    );
  }
  if (provisioned.passwordsUnknown.length > 0) {
    warnings.push(
      'The login prefect has a password of its own, which is left as it is because a Prefect server may be using it: set PREFECT_DB_PASSWORD to it to have it in `trading status`',
    );
  }
  if (migrations.edited.length > 0) {
    warnings.push(
      `These migrations were edited after they were applied: ${migrations.edited.join(', ')}; restore their text, and put the change into a new one`,
    );
  }
  progress({ step: 'done', message: 'The system is up' });
  return {
    mode: connection.mode,
    postgres: {
      ...serverOf(connection.adminUrl),
      version: facts.version,
      initialised: local?.initialised ?? false,
      started: local?.started ?? false,
      ...(local === undefined ? {} : { dataFolder: local.dataFolder, logFile: local.logFile }),
    },
    redis,
    createdRoles: provisioned.createdRoles,
    createdDatabases: provisioned.createdDatabases,
    passwordsReset: provisioned.passwordsReset,
    migrationsApplied,
    migrationsCurrent: migrations.current,
    warnings,
  };
}

/**
 * Before roles, passwords or databases are touched, as far as the administrator may look: where there is no database yet,
 * or it is not the administrator's to read, the owner looks again before it migrates.
 */
async function refuseUnknownHistory(adminUrl: string, folder: string): Promise<void> {
  const url = new URL(adminUrl);
  url.pathname = `/${TRADING_DATABASE}`;
  const status = await readMigrationStatus(url.href, folder).catch(() => undefined);
  if (status !== undefined) requireKnownMigrations(status);
}

/** The server to use if not the embedded one. Without a URL, `up` stays with the server that it was last pointed at. */
async function externalServer(
  context: Context,
  options: UpOptions,
  warnings: string[],
): Promise<string | undefined> {
  if (options.local === true) return undefined;
  if (options.databaseUrl !== undefined) {
    const own = await findOwnServer(context, options.databaseUrl);
    if (own === 'other login') {
      warnings.push(
        "DATABASE_URL leads to this checkout's own server by a login that is not its own: its own login is used",
      );
    }
    return own === undefined ? options.databaseUrl : undefined;
  }
  const connection = await readConnection(context.layout).catch(() => undefined);
  if (connection?.mode !== 'external') return undefined;
  context.progress({
    step: 'postgres.remembered',
    message: `Staying with the server at ${new URL(connection.adminUrl).host} that an earlier \`up\` was given (--local goes back)`,
  });
  return connection.adminUrl;
}

async function bringUpRedis(
  context: Context,
  options: UpOptions,
  connection: Connection,
): Promise<UpResult['redis']> {
  const { layout, progress } = context;
  const remember = async (redis: ReturnType<typeof redisOf>) => {
    if (!isDeepStrictEqual(redisOf({ ...connection, ...redis }), redisOf(connection)))
      await writeConnection(layout, { ...connection, ...redis });
  };
  const none = { redisUrl: undefined, redisListenerUrl: undefined, redisManaged: undefined };
  const ours = await rememberedRedis(layout.redis);
  if (options.noRedis === true) {
    await stopRedis(layout.redis);
    await remember(none);
    return { state: 'none', reason: 'not wanted' };
  }
  const wanted = options.redisUrl ?? (connection.redisManaged === true ? undefined : connection.redisUrl);
  // Our own URL, as `status --secrets` shows it, leads to no other server.
  const external = wanted !== undefined && leadsToRedis(wanted, ours?.port) ? undefined : wanted;
  if (external !== undefined) {
    const { version } = await readRedisFacts(external);
    await remember({ ...none, redisUrl: external, redisManaged: false });
    // Last, so that one which can't be used takes nothing away.
    await stopRedis(layout.redis);
    return { state: 'external', ...serverOf(redisServers(external)[0], 6379), version };
  }
  const program = await findRedisProgram(context.env.PATH ?? '');
  if (program === undefined) {
    await remember(none);
    return {
      state: 'none',
      reason: 'redis-server (or valkey-server) is not on PATH: events are not announced to programs outside',
    };
  }
  const server = await startRedis({
    program,
    folder: layout.redis,
    env: context.env,
    repository: layout.root,
    sharedFolder: context.sharedFolder,
    onStart: () => progress({ step: 'redis.start', message: 'Starting Redis' }),
  }).catch((error: unknown) => {
    if (isTradingError(error) && error.code === 'LOCAL.REDIS_TOO_OLD') return error;
    throw error;
  });
  if (server instanceof TradingError) {
    await remember(none);
    return {
      state: 'none',
      reason: `${server.message}: events are not announced to programs outside`,
    };
  }
  const { urls } = server;
  await remember({ redisUrl: urls.relay, redisListenerUrl: urls.listener, redisManaged: true });
  return {
    state: server.started ? 'started' : 'running',
    ...serverOf(urls.relay, 6379),
    version: server.version,
  };
}

function leadsToRedis(url: string, ourPort: number | undefined): boolean {
  if (ourPort === undefined || !URL.canParse(url)) return false;
  const { host, port } = serverOf(url, 6379);
  return port === ourPort && (host === LOOPBACK || host === 'localhost');
}
