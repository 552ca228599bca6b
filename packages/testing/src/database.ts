import { randomBytes } from 'node:crypto';
import { OWNER_ROLE, type ServiceName, TRADING_DATABASE } from '@trading/database';
import {
  alterDatabaseTimezone,
  createDatabase,
  dropDatabase,
  restrictConnect,
  TRADING_CONNECTORS,
  withConnection,
} from '@trading/local';
import { sharedServer } from './sharedServer';

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
  const name = `test_${randomBytes(6).toString('hex')}`;
  await withConnection(server.adminUrl, async (client) => {
    const template = options.migrated === false ? {} : { template: TRADING_DATABASE };
    await createDatabase(client, { name, owner: OWNER_ROLE, ...template });
    // A copy doesn't bring the rights and settings of the database itself along.
    await restrictConnect(client, name, TRADING_CONNECTORS);
    await alterDatabaseTimezone(client, name);
  });
  const inDatabase = (url: string) => {
    const moved = new URL(url);
    moved.pathname = `/${name}`;
    return moved.href;
  };
  const drop = () => withConnection(server.adminUrl, (client) => dropDatabase(client, name));
  return {
    name,
    adminUrl: inDatabase(server.adminUrl),
    ownerUrl: inDatabase(server.ownerUrl),
    serviceUrl: (service) => inDatabase(server.services[service]),
    drop,
    [Symbol.asyncDispose]: drop,
  };
}
