import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { TradingError } from '@trading/model';
import { childEnvironment, NETWORK } from './childEnvironment';

/** Where Prisma works and on which database. */
interface PrismaOptions {
  /** The folder of the system: see `Layout.root`. */
  readonly root: string;
  /** The folder with Prisma's configuration: see `Layout.project`. */
  readonly project: string;
  /** Reaches Prisma as DATABASE_URL. */
  readonly databaseUrl: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Runs the `prisma` of this package to its end and returns what it printed.
 *
 * It runs in a session of its own and writes to a file, so that neither Ctrl-C nor the end of this process cuts a
 * migration off in the middle.
 *
 * @throws TradingError `DATABASE.MIGRATION_FAILED` with Prisma's own words, without the password
 */
export async function runPrisma(args: readonly string[], options: PrismaOptions): Promise<string> {
  const program = prismaProgram();
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
  options: PrismaOptions,
): Promise<number | null> {
  const file = await open(log, 'w', 0o600);
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [program, ...args], {
        cwd: options.project,
        env: {
          ...prismaEnvironment(options.env),
          TRADING_ROOT: options.root,
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

/** The program of the Prisma that this package was built for, whatever other release the user's folder has. */
export function prismaProgram(): string {
  return join(dirname(require.resolve('prisma/package.json')), 'build', 'index.js');
}

function withoutPassword(text: string, url: string): string {
  const { password } = new URL(url);
  return password === ''
    ? text
    : text.replaceAll(password, '***').replaceAll(decodeURIComponent(password), '***');
}
