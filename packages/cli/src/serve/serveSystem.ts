import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type ApiServer,
  createApiAccess,
  type ListenOptions,
  type SystemFacts,
  serveApi,
} from '@trading/api';
import { type Connection, findFreePort, writeFileAtomic } from '@trading/local';
import { isTradingError } from '@trading/model';
import type { TradingSystem } from '@trading/system';
import type { CommandContext } from '../context';
import { backtestRunner } from './backtestRunner';

/** The dashboard's files, beside this package. */
const PAGES = resolve(__dirname, '../../../dashboard/dist');

/** Where the API is to listen, as options of commands say it. */
export interface ServeOptions {
  /** A port of the user's choice; the remembered one otherwise. */
  readonly port?: number | undefined;
  readonly listen?: Omit<ListenOptions, 'port'>;
}

/** Serves API and dashboard over a system that is open, and prints where, with a one-time login link. */
export async function serveSystem(
  context: CommandContext,
  system: TradingSystem,
  connection: Connection,
  options: ServeOptions = {},
): Promise<ApiServer> {
  const { output, root } = context;
  const serve = (port: number) =>
    serveApi(
      {
        system,
        runBacktest: backtestRunner(connection.services, context.configPath),
        facts: () => systemFacts(context),
        pages: PAGES,
        onWarning: output.say,
      },
      { ...options.listen, port },
    );
  const server = options.port === undefined ? await onRememberedPort(root, serve) : await serve(options.port);
  output.say(`API and dashboard: ${server.url}`);
  output.say(`Log in within 60 s: ${server.url}${await loginPath(system)}`);
  return server;
}

/** A login link's path, made as this user. */
export function loginPath(system: TradingSystem): Promise<string> {
  return createApiAccess(system.pools.api).loginPath(userInfo().username);
}

/** The file in `.trading` that remembers the port, so that bookmarks and sessions go on. */
function portFile(root: string): string {
  return join(root, '.trading', 'api-port');
}

/** The port that was used last, where it is free; any that is free otherwise. */
async function onRememberedPort(
  root: string,
  serve: (port: number) => Promise<ApiServer>,
): Promise<ApiServer> {
  const remembered = Number(await readFile(portFile(root), 'utf8').catch(() => ''));
  if (Number.isInteger(remembered) && remembered > 0) {
    try {
      return await serve(remembered);
    } catch (error) {
      // Another `trading run` of this checkout has it, or another program.
      if (!isTradingError(error, 'API.PORT_TAKEN')) throw error;
      return serve(0);
    }
  }
  const server = await serve(await findFreePort());
  await writeFileAtomic(portFile(root), `${server.port}\n`, 0o644);
  return server;
}

async function systemFacts({ runtime }: CommandContext): Promise<SystemFacts> {
  const { mode = 'local', servers, migrations } = await runtime.status();
  return {
    mode,
    servers: servers.map(({ name, running, host, port, version, problem }) => ({
      name,
      running,
      host,
      port,
      version,
      problem,
    })),
    migrations:
      migrations === undefined ? null : { applied: migrations.applied.length, pending: migrations.pending },
  };
}
