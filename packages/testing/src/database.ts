import { randomBytes } from 'node:crypto';
import { OWNER_ROLE, type ServiceName, TRADING_DATABASE } from '@trading/database';
import {
  alterDatabaseTimezone,
  createDatabase,
  dropDatabase,
  restrictConnect,
  systemCode,
  TRADING_CONNECTORS,
  withConnection,
} from '@trading/local';
import { isTradingError } from '@trading/model';
import type { Client } from 'pg';
import { sharedServer } from './sharedServer';
import { until } from './until';

/** A database that one test file has to itself, on the server that all share. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  /** As the superuser: for looking past row security and for breaking things on purpose. */
  readonly adminUrl: string;
  /** As the role that owns the schema and migrates. */
  readonly ownerUrl: string;
  /** As one service's role, with the rights that the migrations gave it and no others. */
  serviceUrl(service: ServiceName): string;
  /** Ends every session in it and removes it. */
  drop(): Promise<void>;
}

/**
 * Makes a database: a copy of the migrated template, or an empty one.
 *
 * @param options.migrated  false for a database with no schema of ours; true unless told
 */
export async function createTestDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const server = await sharedServer();
  const name = await patiently('to make a database', server.adminUrl, async (client) => {
    // Another name each time: of one that was cut off there may be something left.
    const fresh = `test_${randomBytes(6).toString('hex')}`;
    const template = options.migrated === false ? {} : { template: TRADING_DATABASE };
    await createDatabase(client, { name: fresh, owner: OWNER_ROLE, ...template });
    // A copy doesn't bring the rights and settings of the database itself along.
    await restrictConnect(client, fresh, TRADING_CONNECTORS);
    await alterDatabaseTimezone(client, fresh);
    return fresh;
  });
  const inDatabase = (url: string) => {
    const moved = new URL(url);
    moved.pathname = `/${name}`;
    return moved.href;
  };
  const drop = async () => {
    await patiently(`to drop ${name}`, server.adminUrl, async (client) => {
      await dropDatabase(client, name);
      return name;
    });
  };
  return {
    name,
    adminUrl: inDatabase(server.adminUrl),
    ownerUrl: inDatabase(server.ownerUrl),
    serviceUrl: (service) => inDatabase(server.services[service]),
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

const OBJECT_IN_USE = '55006';

/** PostgreSQL waits five seconds for a database's sessions to go; on a busy machine it takes them, or a login, longer. */
function patiently(what: string, url: string, work: (client: Client) => Promise<string>): Promise<string> {
  return until(what, async () => {
    try {
      return await withConnection(url, work);
    } catch (error) {
      if (systemCode(error) === OBJECT_IN_USE || (isTradingError(error) && error.transient)) return undefined;
      throw error;
    }
  });
}
