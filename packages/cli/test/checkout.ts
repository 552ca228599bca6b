import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { prepareSystem, repositoryRoot, runFolder } from '@trading/testing';

/** How a command ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Started {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly printed: { readonly stdout: string; readonly stderr: string };
  readonly outcome: Promise<Outcome>;
}

/** A checkout of its own for the built command to work on: this repository's schema, another `.trading`. */
export interface Checkout extends AsyncDisposable {
  readonly root: string;
  /** Runs `trading` with these arguments to its end. */
  trading(...args: string[]): Promise<Outcome>;
  /** Starts `trading` and leaves it running. */
  start(...args: string[]): Started;
  /** Writes a file into the checkout and returns its path. */
  file(name: string, text: string): string;
}

const BIN = join(repositoryRoot(), 'packages/cli/bin/trading.cjs');

/**
 * Makes a checkout; nothing is started in it.
 *
 * @param node  the Node that runs `trading`; that of the tests unless another is given
 */
export function makeCheckout(environment: NodeJS.ProcessEnv = {}, node = process.execPath): Checkout {
  const root = mkdtempSync(join(runFolder(), 'cli-'));
  chmodSync(root, 0o755);
  mkdirSync(join(root, 'prisma'));
  for (const path of [
    'node_modules',
    'packages',
    'scripts',
    'package.json',
    'prisma/schema',
    'prisma/migrations',
  ]) {
    symlinkSync(join(repositoryRoot(), path), join(root, path));
  }
  copyFileSync(join(repositoryRoot(), 'prisma.config.ts'), join(root, 'prisma.config.ts'));
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...inherited } = process.env;
  const start = (...args: string[]): Started => {
    const child = spawn(node, [BIN, ...args], {
      cwd: root,
      env: { ...inherited, NO_COLOR: '1', TRADING_ROOT: root, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return watch(child);
  };
  const trading = (...args: string[]) => start(...args).outcome;
  return {
    root,
    start,
    trading,
    file: (name, text) => {
      writeFileSync(join(root, name), text);
      return join(root, name);
    },
    [Symbol.asyncDispose]: async () => {
      await trading('down');
    },
  };
}

/** Makes a checkout in which the first `up` was done and the servers are down again, for tests that look at other things. */
export async function makePreparedCheckout(environment: NodeJS.ProcessEnv = {}): Promise<Checkout> {
  const checkout = makeCheckout(environment);
  await prepareSystem(checkout.root);
  return checkout;
}

function watch(child: ChildProcess): Started {
  const printed = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    printed.stderr += text;
  });
  const outcome = new Promise<Outcome>((resolve) =>
    child.on('close', (code) => resolve({ code, ...printed })),
  );
  return { child, printed, outcome };
}

/** The first trading days of the sample, as a file of its own would hold them. */
export function sampleDays(days: number): string {
  const path = createRequire(join(repositoryRoot(), 'packages/cli/package.json')).resolve(
    '@observablehq/sample-datasets/aapl.csv',
  );
  return `${readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, days + 1)
    .join('\n')}\n`;
}
