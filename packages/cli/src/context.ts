import { resolve } from 'node:path';
import { type Connection, createLocalRuntime, type LocalRuntime } from '@trading/local';
import { TradingError } from '@trading/model';
import type { Environment } from './environment';
import { createOutput, type Output } from './output';

/** The repository that this program belongs to. */
const OWN_ROOT = resolve(__dirname, '../../..');

/** What every command works with. */
export interface CommandContext {
  /** The repository to work on. */
  readonly root: string;
  readonly environment: Environment;
  readonly output: Output;
  readonly runtime: LocalRuntime;
  /** Aborted by Ctrl-C: work stops at the next safe point. */
  readonly signal: AbortSignal;
}

/** Makes a command's context from its options. */
export function createContext(
  environment: Environment,
  options: { json?: boolean | undefined },
  signal: AbortSignal,
): CommandContext {
  const output = createOutput({
    json: options.json === true,
    debug: environment.TRADING_DEBUG !== undefined,
  });
  const root = environment.TRADING_ROOT ?? OWN_ROOT;
  const runtime = createLocalRuntime({ root, progress: ({ message }) => output.say(message) });
  return { root, environment, output, runtime, signal };
}

/**
 * How to reach the servers of this checkout.
 *
 * @throws TradingError `CLI.NOT_UP` before the first `trading up`
 */
export async function requireConnection(context: CommandContext): Promise<Connection> {
  const connection = await context.runtime.connection();
  if (connection !== undefined) return connection;
  throw new TradingError('LOCAL.NOT_UP', 'there are no servers yet: run `npx trading up` first', {
    kind: 'operational',
  });
}
