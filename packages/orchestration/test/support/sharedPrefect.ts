import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireLock, type Connection, systemCode } from '@trading/local';
import { repositoryRoot, runFolder, startTestServer } from '@trading/testing';
import { createPrefectServer, type PrefectConnection } from '../../src/index';

/** What the test files of a run share: one Prefect on one PostgreSQL that holds the migrated `trading_system` too. */
export interface SharedPrefect {
  readonly prefect: PrefectConnection;
  readonly postgres: Connection;
}

/**
 * Started by the first test file that asks, ended by jest's global teardown. The Python environment is the checkout's own,
 * made once: without Python the tests fail with `PREFECT.NO_PYTHON`.
 */
export async function sharedPrefect(): Promise<SharedPrefect> {
  const file = join(runFolder(), 'shared-prefect.json');
  const running = await read(file);
  if (running !== undefined) return running;
  await using _lock = await acquireLock(join(runFolder(), 'shared-prefect-lock'), { timeoutMs: 900_000 });
  const startedMeanwhile = await read(file);
  if (startedMeanwhile !== undefined) return startedMeanwhile;
  const { connection: postgres } = await startTestServer();
  const { connection } = await prefectServer(postgres).start();
  // Most calls are made once, whatever comes of them: on a busy machine the answer may take its time.
  const prefect = { ...connection, timeoutMs: 90_000 };
  const shared = { prefect, postgres };
  await writeFile(`${file}.draft`, JSON.stringify(shared), { mode: 0o600 });
  await rename(`${file}.draft`, file);
  return shared;
}

/** The handle of the run's server. */
export function prefectServer(postgres: Connection) {
  return createPrefectServer({
    folder: join(runFolder(), 'prefect'),
    environmentFolder: join(repositoryRoot(), '.trading', 'prefect'),
    databaseUrl: postgres.prefectUrl,
    env: process.env,
    settings: {
      PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS: '5',
      // On a busy machine a run may wait for a worker so long that the server calls it late, a state of its own.
      PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED: 'false',
    },
  });
}

async function read(file: string): Promise<SharedPrefect | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as SharedPrefect;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
