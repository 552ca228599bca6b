import { setTimeout } from 'node:timers/promises';
import {
  OWNER_ROLE,
  PREFECT_DATABASE,
  PREFECT_ROLE,
  SERVICE_NAMES,
  SERVICES,
  TRADING_DATABASE,
} from '@trading/database';
import { TradingError } from '@trading/model';
import type { Client } from 'pg';
import { canLogIn, MINIMUM_SERVER_VERSION, withConnection } from './adminConnection';
import { serverOf, withLogin } from './connectionUrl';
import { type Credentials, scramVerifier } from './credentials';
import { hasAttributes, passwordOfRole, type SystemRole, settingsProblems, systemRoles } from './roles';
import { alterDatabaseOwner, alterDatabaseTimezone, restrictConnect } from './sql/alterDatabase';
import { alterRoleAttributes, alterRolePassword, alterRoleSettings } from './sql/alterRole';
import { createDatabase } from './sql/createDatabase';
import { createRole } from './sql/createRole';
import { type DatabaseRow, findDatabases } from './sql/findDatabases';
import { findRoles } from './sql/findRoles';
import { grantRoleToSelf } from './sql/grantRole';
import { lockProvisioning } from './sql/lockProvisioning';
import { readServerFacts, type ServerFacts } from './sql/readServerFacts';
import { messageOf, systemCode } from './systemError';

/** What provisioning had to change; empty lists when all was there. */
export interface Provisioned {
  readonly createdRoles: string[];
  /** Roles that were there with a password that isn't ours, and have ours now: whoever used the old one is locked out. */
  readonly passwordsReset: string[];
  readonly createdDatabases: string[];
  /** Roles whose password isn't ours and was left as it is. */
  readonly passwordsUnknown: string[];
  /** Roles with settings that aren't the system's, and what those were; they are removed. */
  readonly settingsReset: string[];
}

/** The roles that may connect to `trading_system`; no other role may. */
export const TRADING_CONNECTORS: readonly string[] = [
  OWNER_ROLE,
  ...SERVICE_NAMES.map((service) => SERVICES[service].role),
];

/** Another session did the same thing at the same time; a second look finds it done. */
const RACES = new Set(['42710', '42P04', '23505', 'XX000', '55006', '40001', '40P01']);

/**
 * Makes the roles and both databases on any server, as often as one likes: what is there already stays. Roles get no
 * rights on tables here; those are the migrations' business.
 *
 * @param options.keepPrefectPassword  leaves an existing login of Prefect's with another password alone: somebody else's
 *   Prefect server is running on it
 *
 * The administrator of `adminUrl` need not be a superuser: CREATEROLE and CREATEDB will do, as on managed servers.
 *
 * @throws TradingError `DATABASE.VERSION_UNSUPPORTED`, `DATABASE.INSUFFICIENT_RIGHTS`, `DATABASE.BUSY`, and those of
 *   {@link withConnection}
 */
export async function provision(
  adminUrl: string,
  credentials: Credentials,
  options: { keepPrefectPassword?: boolean } = {},
): Promise<Provisioned> {
  const changes: Provisioned = {
    createdRoles: [],
    passwordsReset: [],
    createdDatabases: [],
    passwordsUnknown: [],
    settingsReset: [],
  };
  const kept = options.keepPrefectPassword === true ? [PREFECT_ROLE] : [];
  for (let attempt = 1; ; attempt += 1) {
    try {
      await withConnection(adminUrl, (client) => provisionOn(client, adminUrl, credentials, changes, kept));
      return changes;
    } catch (error) {
      // The advisory lock holds within one database only, and two administrators may come in through two.
      if (attempt === 10 || !RACES.has(systemCode(error) ?? '')) throw explain(error, adminUrl);
      await setTimeout(attempt * 20);
    }
  }
}

async function provisionOn(
  client: Client,
  adminUrl: string,
  credentials: Credentials,
  changes: Provisioned,
  keptPasswords: readonly string[],
) {
  const facts = await readServerFacts(client);
  requireRights(facts, adminUrl);
  await lockProvisioning(client);
  const roles = systemRoles(facts);
  await ensureRoles(client, roles, credentials, facts, changes);
  await ensureDatabase(client, TRADING_DATABASE, OWNER_ROLE, TRADING_CONNECTORS, changes);
  await ensureDatabase(client, PREFECT_DATABASE, PREFECT_ROLE, [PREFECT_ROLE], changes);
  // Only now: a login can be tried no sooner than there is a database to log in to.
  for (const role of roles.filter(({ name }) => !changes.createdRoles.includes(name))) {
    const password = passwordOfRole(role.name, credentials);
    if (await canLogIn(withLogin(adminUrl, { user: role.name, password, database: role.database }))) continue;
    if (keptPasswords.includes(role.name)) {
      changes.passwordsUnknown.push(role.name);
      continue;
    }
    await alterRolePassword(client, role.name, scramVerifier(password));
    if (!changes.passwordsReset.includes(role.name)) changes.passwordsReset.push(role.name);
  }
}

async function ensureRoles(
  client: Client,
  roles: readonly SystemRole[],
  credentials: Credentials,
  facts: ServerFacts,
  changes: Provisioned,
) {
  const names = roles.map(({ name }) => name);
  const existing = new Map((await findRoles(client, names)).map((row) => [row.name, row]));
  for (const role of roles) {
    const found = existing.get(role.name);
    if (found === undefined) {
      await createRole(client, role, scramVerifier(passwordOfRole(role.name, credentials)));
      await alterRoleSettings(client, role, []);
      changes.createdRoles.push(role.name);
      continue;
    }
    if (!hasAttributes(found, role)) await alterRoleAttributes(client, role);
    const { foreign, missing } = settingsProblems(found, role);
    if (foreign.length + missing.length === 0) continue;
    const databases = found.databaseSettings.map(({ database }) => database);
    await alterRoleSettings(client, role, databases);
    if (foreign.length > 0) changes.settingsReset.push(`${role.name} (${foreign.join(', ')})`);
  }
  if (facts.isSuperuser) return;
  for (const name of [OWNER_ROLE, PREFECT_ROLE]) await grantRoleToSelf(client, name, facts.versionNumber);
}

async function ensureDatabase(
  client: Client,
  name: string,
  owner: string,
  connectors: readonly string[],
  changes: Provisioned,
) {
  let [found]: (DatabaseRow | undefined)[] = await findDatabases(client, [name]);
  if (found === undefined) {
    await createDatabase(client, { name, owner });
    changes.createdDatabases.push(name);
    [found] = await findDatabases(client, [name]);
  } else if (found.owner !== owner) {
    await alterDatabaseOwner(client, name, owner);
  }
  if (found?.isPublic !== false || connectors.some((role) => !found.connectors.includes(role))) {
    await restrictConnect(client, name, connectors);
  }
  if (found?.timezone !== 'UTC') await alterDatabaseTimezone(client, name);
}

function requireRights(facts: ServerFacts, adminUrl: string): void {
  const { host, port } = serverOf(adminUrl);
  if (facts.versionNumber < MINIMUM_SERVER_VERSION * 10_000) {
    throw new TradingError(
      'DATABASE.VERSION_UNSUPPORTED',
      `PostgreSQL at ${host}:${port} is version ${facts.version}; ${MINIMUM_SERVER_VERSION} or newer is needed`,
      { kind: 'operational', details: { version: facts.version } },
    );
  }
  if (facts.canCreateRoles && facts.canCreateDatabases) return;
  const user = decodeURIComponent(new URL(adminUrl).username);
  throw new TradingError(
    'DATABASE.INSUFFICIENT_RIGHTS',
    `User "${user}" at ${host}:${port} may not make roles and databases; have an administrator run: ALTER ROLE "${user}" CREATEROLE CREATEDB`,
    { kind: 'operational', details: { user } },
  );
}

function explain(error: unknown, adminUrl: string): unknown {
  if (error instanceof TradingError || systemCode(error) === undefined) return error;
  const { host, port } = serverOf(adminUrl);
  switch (systemCode(error)) {
    case '42501':
      return new TradingError(
        'DATABASE.INSUFFICIENT_RIGHTS',
        `The administrator at ${host}:${port} lacks a right (${messageOf(error)}). Roles or databases that another administrator made must be granted to it: GRANT ${OWNER_ROLE}, ${PREFECT_ROLE} TO <administrator> WITH ADMIN OPTION`,
        { kind: 'operational', cause: error },
      );
    case '55P03':
      return new TradingError(
        'DATABASE.BUSY',
        `Another session has been provisioning ${host}:${port} for a minute`,
        {
          kind: 'operational',
          transient: true,
          cause: error,
        },
      );
    default:
      return new TradingError(
        'DATABASE.PROVISIONING_FAILED',
        `Provisioning ${host}:${port}: ${messageOf(error)}`,
        {
          kind: 'operational',
          cause: error,
        },
      );
  }
}
