import { type Connection, createLocalRuntime, type LocalRuntime } from '@trading/local';
import { TradingError } from '@trading/model';
import type { Installation } from './config';
import type { Environment } from './environment';
import { findConfig } from './findConfig';
import { type Folders, findFolders } from './folders';
import { createOutput, type Output } from './output';

/** What every command works with. */
export interface CommandContext extends Folders {
  readonly environment: Environment;
  readonly output: Output;
  readonly runtime: LocalRuntime;
  /** The config of this installation; undefined where there is none. */
  readonly configPath: string | undefined;
  /** What comes with the system and what the config adds, read at the first call. @throws TradingError `CONFIG.*` */
  readonly installation: () => Promise<Installation>;
  /** Aborted by Ctrl-C: work stops at the next safe point. */
  readonly signal: AbortSignal;
}

/** Makes a command's context from its options. */
export function createContext(
  environment: Environment,
  options: { json?: boolean | undefined; config?: string | undefined },
  signal: AbortSignal,
): CommandContext {
  const output = createOutput({
    json: options.json === true,
    debug: environment.TRADING_DEBUG !== undefined,
  });
  const folders = findFolders(environment.TRADING_ROOT);
  const runtime = createLocalRuntime({ ...folders, progress: ({ message }) => output.say(message) });
  const configPath = findConfig(folders.root, options.config);
  let installation: Promise<Installation> | undefined;
  return {
    ...folders,
    environment,
    output,
    runtime,
    signal,
    configPath,
    installation: () => {
      // Most commands need nothing of it, and it knows every service.
      installation ??= import('./config').then(({ loadInstallation }) =>
        loadInstallation(environment, configPath),
      );
      return installation;
    },
  };
}

/**
 * How to reach the servers of this folder.
 *
 * @throws TradingError `LOCAL.NOT_UP` before the first `trading up`
 */
export async function requireConnection(context: CommandContext): Promise<Connection> {
  const connection = await context.runtime.connection();
  if (connection !== undefined) return connection;
  throw new TradingError('LOCAL.NOT_UP', 'there are no servers yet: run `npx trading up` first', {
    kind: 'operational',
  });
}

/** Strategies of a config decide in a thread of their own. */
export function isolationOf({ configPath }: CommandContext): { configPath: string } | undefined {
  return configPath === undefined ? undefined : { configPath };
}
