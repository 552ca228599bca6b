import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TRADING_DATABASE } from '@trading/database';
import { type Connection, systemCode, withConnection, withLock } from '@trading/local';
import { startTestServer } from './postgres';
import { closeDatabase } from './sql/closeDatabase';
import { runFolder } from './testRun';

/**
 * The server that all test files of a run share, started by the first that asks; the others, in their own processes, wait
 * for it. Its `trading_system` is the template and takes no connections.
 */
export async function sharedServer(): Promise<Connection> {
  const file = join(runFolder(), 'shared-server.json');
  const running = await read(file);
  if (running !== undefined) return running;
  return withLock(join(runFolder(), 'shared-server-lock'), {}, async () => (await read(file)) ?? start(file));
}

async function start(file: string): Promise<Connection> {
  // Not disposed of here: it lives until jest's global teardown.
  const { connection } = await startTestServer();
  // A session in the template would make every CREATE DATABASE from it fail.
  await withConnection(connection.adminUrl, (client) => closeDatabase(client, TRADING_DATABASE));
  await writeFile(`${file}.draft`, JSON.stringify(connection), { mode: 0o600 });
  await rename(`${file}.draft`, file);
  return connection;
}

async function read(file: string): Promise<Connection | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Connection;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
