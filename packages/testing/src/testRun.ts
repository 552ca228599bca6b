import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TradingError } from '@trading/model';

/** The folder of this jest run, where everything that tests start keeps its files; jest's global set-up names it. */
export function runFolder(): string {
  const folder = process.env.TRADING_TEST_RUN;
  if (folder !== undefined && existsSync(folder)) return folder;
  throw new TradingError(
    'TESTING.NO_RUN',
    'There is no test run to start servers in: run the tests with jest from the repository, whose jest.config.cjs names packages/testing/jest/globalSetup.cjs',
    { kind: 'bug' },
  );
}

/**
 * Runs `work` with a folder for its servers, as jest's global set-up does for tests, and ends every server in it: for
 * programs that want servers of their own outside of jest, such as benchmarks.
 */
export async function inOwnRun<T>(work: () => Promise<T>): Promise<T> {
  const { createRunFolder, removeRunFolder }: RunFolderModule =
    createRequire(__filename)('../jest/runFolder.cjs');
  const folder = createRunFolder();
  process.env.TRADING_TEST_RUN = folder;
  try {
    return await work();
  } finally {
    delete process.env.TRADING_TEST_RUN;
    await removeRunFolder(folder);
  }
}

/** The module that jest's global set-up shares. */
interface RunFolderModule {
  createRunFolder(): string;
  removeRunFolder(folder: string): Promise<void>;
}

/** The repository that the tests belong to. */
export function repositoryRoot(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'pnpm-workspace.yaml'))) return folder;
  }
  throw new TradingError('TESTING.NO_REPOSITORY', `No pnpm-workspace.yaml above ${__dirname}`, {
    kind: 'bug',
  });
}
