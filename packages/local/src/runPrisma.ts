import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { TradingError } from '@trading/model';
import { childEnvironment, NETWORK } from './childEnvironment';

/**
 * Runs the project's own `prisma` to its end and returns what it printed.
 *
 * It runs in a session of its own and writes to a file, so that neither Ctrl-C nor the end of this process cuts a
 * migration off in the middle.
 *
 * @param options.databaseUrl  reaches Prisma as DATABASE_URL
 * @throws TradingError `DATABASE.MIGRATION_FAILED` with Prisma's own words, without the password
 */
export async function runPrisma(
  args: readonly string[],
  options: { root: string; databaseUrl: string; env: NodeJS.ProcessEnv },
): Promise<string> {
  const program = findPrisma(options.root);
  const folder = await mkdtemp(join(tmpdir(), 'trading-prisma-'));
  const log = join(folder, 'output');
  try {
    const exitCode = await runDetached(program, args, log, options);
    const output = stripVTControlCharacters(await readFile(log, 'utf8'));
    if (exitCode === 0) return output;
    throw new TradingError(
      'DATABASE.MIGRATION_FAILED',
      `prisma ${args.join(' ')} ended with ${exitCode}: ${withoutPassword(output, options.databaseUrl).trim()}`,
      { kind: 'operational', details: { exitCode, arguments: [...args] } },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runDetached(
  program: string,
  args: readonly string[],
  log: string,
  options: { root: string; databaseUrl: string; env: NodeJS.ProcessEnv },
): Promise<number | null> {
  const file = await open(log, 'w', 0o600);
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [program, ...args], {
        cwd: options.root,
        env: {
          ...prismaEnvironment(options.env),
          DATABASE_URL: patiently(options.databaseUrl),
          NO_COLOR: '1',
        },
        stdio: ['ignore', file.fd, file.fd],
        detached: true,
        windowsHide: true,
      });
      child.once('error', reject);
      child.once('exit', resolve);
    });
  } finally {
    await file.close();
  }
}

/** What Prisma's command line is given: its own settings, and what it needs to reach a database and show a browser. */
export function prismaEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return childEnvironment(
    env,
    NETWORK,
    /^(DATABASE_URL|SHADOW_DATABASE_URL|PRISMA_.*|CHECKPOINT_DISABLE|DEBUG|NODE_OPTIONS|BROWSER|DISPLAY|WAYLAND_DISPLAY|DBUS_SESSION_BUS_ADDRESS|TRADING_ROOT)$/,
  );
}

/** Prisma itself waits five seconds for a connection: too short where the machine has much to do. */
function patiently(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  if (!url.searchParams.has('connect_timeout')) url.searchParams.set('connect_timeout', '30');
  return url.href;
}

function findPrisma(root: string): string {
  try {
    const manifest = createRequire(join(root, 'package.json')).resolve('prisma/package.json');
    return join(dirname(manifest), 'build', 'index.js');
  } catch (error) {
    throw new TradingError(
      'LOCAL.NO_PRISMA',
      `prisma is not installed in ${root}; run \`npm install\` there`,
      {
        kind: 'operational',
        cause: error,
      },
    );
  }
}

function withoutPassword(text: string, url: string): string {
  const { password } = new URL(url);
  return password === ''
    ? text
    : text.replaceAll(password, '***').replaceAll(decodeURIComponent(password), '***');
}
