import {
  isPooled,
  PREFECT_DATABASE,
  requireSessionPooling,
  SERVICE_NAMES,
  SERVICES,
  TRADING_DATABASE,
} from '@trading/database';
import { canLogIn, MINIMUM_SERVER_VERSION, withConnection } from '../adminConnection';
import type { Connection } from '../connection';
import { connectionBudget } from '../connectionBudget';
import { serverOf } from '../connectionUrl';
import { requirePostmaster } from '../localCluster';
import { readMigrationStatus, UNKNOWN_HISTORY_FIX } from '../migrations';
import { hasAttributes, settingsProblems, systemRoles } from '../roles';
import { findDatabases } from '../sql/findDatabases';
import { findRoles } from '../sql/findRoles';
import { readServerFacts, type ServerFacts } from '../sql/readServerFacts';
import { messageOf } from '../systemError';
import { type Check, type CheckGroup, check, failing, passing } from './check';

/** Beyond this, event times of two machines no longer compare. */
const MAXIMUM_SKEW_MS = 2_000;

/** The database server and what `up` made on it. Where it doesn't answer, that alone is the finding. */
export const checkPostgres: CheckGroup = async (context, connection) => {
  const { layout } = context;
  if (connection === undefined) return [];
  const { host, port } = serverOf(connection.adminUrl);
  let facts: ServerFacts;
  let askedAt: number;
  try {
    if (connection.mode === 'local') await requirePostmaster(context, port);
    askedAt = Date.now();
    facts = await withConnection(connection.adminUrl, readServerFacts);
  } catch (error) {
    const fix =
      connection.mode === 'local'
        ? 'Run `trading up`'
        : 'Start that server, or run `trading up` with another URL';
    return [failing('postgres', messageOf(error), fix)];
  }
  return [
    passing('postgres', `answers at ${host}:${port}`),
    check(
      'postgres version',
      facts.versionNumber >= MINIMUM_SERVER_VERSION * 10_000,
      `PostgreSQL ${facts.version}`,
      `Use PostgreSQL ${MINIMUM_SERVER_VERSION} or newer`,
    ),
    checkBudget(facts),
    await checkPooling(connection.services.event_bus),
    checkClock(facts, askedAt),
    await checkDatabases(connection),
    await checkLogins(connection),
    await checkRoles(connection, facts),
    await checkMigrations(connection, layout.migrations),
  ];
};

function checkBudget(facts: ServerFacts): Check {
  const { available, needed, enough } = connectionBudget(facts);
  return check(
    'connections',
    enough,
    `max_connections leaves ${available}, the pools may need ${needed}, ${facts.connectionsInUse} are in use`,
    `Set max_connections to at least ${needed + facts.reservedConnections} and restart PostgreSQL`,
  );
}

/** Whether sessions are a client's own, as a service meets them. */
async function checkPooling(url: string): Promise<Check> {
  try {
    const detail = await withConnection(url, async (client) => {
      if (!(await isPooled(client))) return 'connections lead straight to the server';
      await requireSessionPooling(client, url);
      return 'a pooler gives each client a session of its own';
    });
    return passing('sessions', detail);
  } catch (error) {
    return failing('sessions', messageOf(error), 'Set pool_mode = session there, and run `trading up`');
  }
}

/** The question took from `askedAt` to now, so the server's clock may be anywhere in between and still be right. */
function checkClock(facts: ServerFacts, askedAt: number): Check {
  const server = facts.now.getTime();
  const skewMs = server < askedAt ? server - askedAt : Math.max(0, server - Date.now());
  return check(
    'clock',
    Math.abs(skewMs) <= MAXIMUM_SKEW_MS,
    skewMs === 0 ? 'server and host agree' : `the server is ${skewMs} ms off`,
    'Set both clocks by NTP',
  );
}

async function checkDatabases(connection: Connection): Promise<Check> {
  const wanted = [TRADING_DATABASE, PREFECT_DATABASE];
  const rows = await withConnection(connection.adminUrl, (client) => findDatabases(client, wanted));
  const missing = wanted.filter((name) => !rows.some((row) => row.name === name));
  const open = rows.filter(({ isPublic }) => isPublic).map(({ name }) => name);
  const detail =
    missing.length > 0
      ? `missing: ${missing.join(', ')}`
      : open.length > 0
        ? `any role may connect to ${open.join(', ')}`
        : `${wanted.join(' and ')} are there`;
  return check('databases', missing.length === 0 && open.length === 0, detail, 'Run `trading up`');
}

async function checkLogins(connection: Connection): Promise<Check> {
  const logins = [
    { name: 'owner', url: connection.ownerUrl },
    { name: 'prefect', url: connection.prefectUrl },
    ...SERVICE_NAMES.map((service) => ({ name: SERVICES[service].role, url: connection.services[service] })),
  ];
  const refused: string[] = [];
  for (const { name, url } of logins) {
    if (!(await canLogIn(url).catch(() => false))) refused.push(name);
  }
  const detail =
    refused.length === 0 ? `all ${logins.length} roles can log in` : `can't log in: ${refused.join(', ')}`;
  const fix =
    connection.mode === 'external' && refused.join() === 'prefect'
      ? 'Run `trading up` with PREFECT_DB_PASSWORD set to what the Prefect server uses'
      : 'Run `trading up`';
  return check('roles', refused.length === 0, detail, fix);
}

/** What roles may do, and what their sessions begin with: a service may change its own settings, also to harm itself. */
async function checkRoles(connection: Connection, facts: ServerFacts): Promise<Check> {
  const roles = systemRoles(facts);
  const names = roles.map(({ name }) => name);
  const rows = await withConnection(connection.adminUrl, (client) => findRoles(client, names));
  const problems = rows.flatMap((found) => {
    const role = roles.find(({ name }) => name === found.name);
    if (role === undefined) return [];
    const { foreign, missing } = settingsProblems(found, role);
    return [
      ...(hasAttributes(found, role)
        ? []
        : [`${role.name} may do more, or has another connection limit, than it should`]),
      ...(foreign.length > 0 ? [`${role.name} begins with ${foreign.join(', ')}`] : []),
      ...(missing.length > 0 ? [`${role.name} lacks ${missing.join(', ')}`] : []),
    ];
  });
  const detail = problems.length === 0 ? "rights, limits and timeouts are the system's" : problems.join('; ');
  return check('role settings', problems.length === 0, detail, 'Run `trading up`');
}

async function checkMigrations(connection: Connection, folder: string): Promise<Check> {
  try {
    const status = await readMigrationStatus(connection.ownerUrl, folder);
    const problems = (['pending', 'failed', 'edited', 'unknown'] as const)
      .filter((kind) => status[kind].length > 0)
      .map((kind) => `${kind}: ${status[kind].join(', ')}`);
    const fix =
      status.unknown.length > 0
        ? UNKNOWN_HISTORY_FIX
        : status.failed.length > 0
          ? 'Look at the error with `npx trading migrate status`, then mark it with `npx trading migrate resolve`'
          : status.pending.length > 0
            ? 'Run `npx trading up`, or `npx trading migrate deploy`'
            : 'Restore the text that they were applied with, and put the change into a new one';
    const detail = problems.length === 0 ? `all ${status.applied.length} are applied` : problems.join('; ');
    return check('migrations', problems.length === 0, detail, fix);
  } catch (error) {
    return failing('migrations', messageOf(error), 'Run `trading up`');
  }
}
