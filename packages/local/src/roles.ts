import {
  OWNER_ROLE,
  PREFECT_DATABASE,
  PREFECT_ROLE,
  poolMax,
  SERVICE_NAMES,
  SERVICES,
  TRADING_DATABASE,
} from '@trading/database';
import { connectionBudget } from './connectionBudget';
import type { Credentials } from './credentials';
import type { RoleDefinition } from './sql/createRole';
import type { RoleRow } from './sql/findRoles';
import type { ServerFacts } from './sql/readServerFacts';

/** A role of the system, as it must be. */
export interface SystemRole extends RoleDefinition {
  readonly database: string;
}

/**
 * What a service's sessions begin with. Each is longer than anything a healthy service does, a machine that stands still for
 * half a minute included: they end what would wait, or be waited for, for ever.
 */
const SERVICE_SETTINGS: Readonly<Record<string, string>> = {
  idle_in_transaction_session_timeout: '10min',
  lock_timeout: '2min',
  statement_timeout: '30min',
};

/**
 * Every role of the system, the owner first. One service may take a third of the server's connections, so that one that
 * opens them without end leaves the others room, and never less than its own pool.
 */
export function systemRoles(facts: ServerFacts): SystemRole[] {
  const third = Math.floor(connectionBudget(facts).available / 3);
  return [
    { name: OWNER_ROLE, isOwner: true, connectionLimit: -1, settings: {}, database: TRADING_DATABASE },
    ...SERVICE_NAMES.map((service) => ({
      name: SERVICES[service].role,
      isOwner: false,
      connectionLimit: Math.max(poolMax(service), third),
      settings: SERVICE_SETTINGS,
      database: TRADING_DATABASE,
    })),
    { name: PREFECT_ROLE, isOwner: false, connectionLimit: -1, settings: {}, database: PREFECT_DATABASE },
  ];
}

/** The password of a role of the system. */
export function passwordOfRole(name: string, credentials: Credentials): string {
  if (name === OWNER_ROLE) return credentials.owner;
  if (name === PREFECT_ROLE) return credentials.prefect;
  const service = SERVICE_NAMES.find((each) => SERVICES[each].role === name);
  if (service === undefined) throw new TypeError(`${name} is no role of the system`);
  return credentials.services[service];
}

/** Whether a role's attributes are what they must be. */
export function hasAttributes(found: RoleRow, role: RoleDefinition): boolean {
  return (
    found.canLogIn &&
    found.createsDatabases === role.isOwner &&
    !found.createsRoles &&
    found.connectionLimit === role.connectionLimit
  );
}

/** Settings of a role that nobody of ours gave it, as `name=value`, and those that it lacks. Both empty where all is right. */
export function settingsProblems(
  found: RoleRow,
  role: RoleDefinition,
): { readonly foreign: readonly string[]; readonly missing: readonly string[] } {
  const wanted = Object.entries(role.settings).map(([name, value]) => `${name}=${value}`);
  const inDatabases = found.databaseSettings.flatMap(({ settings }) => settings);
  return {
    foreign: [...found.settings.filter((setting) => !wanted.includes(setting)), ...inDatabases],
    missing: wanted.filter((setting) => !found.settings.includes(setting)),
  };
}
