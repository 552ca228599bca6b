import { existsSync } from 'node:fs';
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

/** The repository that the tests belong to. */
export function repositoryRoot(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'pnpm-workspace.yaml'))) return folder;
  }
  throw new TradingError('TESTING.NO_REPOSITORY', `No pnpm-workspace.yaml above ${__dirname}`, {
    kind: 'bug',
  });
}
