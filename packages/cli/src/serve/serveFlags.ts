import { readFile } from 'node:fs/promises';
import { TradingError } from '@trading/model';
import type { Command } from 'commander';
import { wholeNumber } from '../commands/wholeNumber';
import type { ServeOptions } from './serveSystem';

/** The options of commands that serve the API. */
export interface ServeFlags {
  apiPort?: number;
  apiHost?: string;
  apiName?: string[];
  apiCert?: string;
  apiKey?: string;
  apiProxy?: string;
}

/** Adds them. */
export function serveFlags(command: Command): void {
  command
    .option('--api-port <n>', 'the port; default the one that was used last', wholeNumber(0, 65_535))
    .option(
      '--api-host <address>',
      'where to listen; 127.0.0.1, and another only with TLS or behind a named proxy',
    )
    .option('--api-name <list>', 'names that it is reached by, e.g. desk.example', (list) => list.split(','))
    .option('--api-cert <path>', 'certificate, PEM; with --api-key')
    .option('--api-key <path>', 'key of the certificate, PEM')
    .option('--api-proxy <address>', 'address of the proxy in front that does TLS');
}

/** What they say. @throws TradingError `CLI.CERT_AND_KEY`, `CLI.FILE_UNREADABLE` */
export async function serveOptionsOf(flags: ServeFlags): Promise<ServeOptions> {
  const { apiPort, apiHost, apiName, apiCert, apiKey, apiProxy } = flags;
  if ((apiCert === undefined) !== (apiKey === undefined))
    throw new TradingError('CLI.CERT_AND_KEY', '--api-cert and --api-key go together');
  const tls =
    apiCert === undefined || apiKey === undefined
      ? undefined
      : { cert: await read(apiCert), key: await read(apiKey) };
  return {
    port: apiPort,
    listen: {
      ...(apiHost === undefined ? {} : { host: apiHost }),
      ...(apiName === undefined ? {} : { names: apiName }),
      tls,
      proxy: apiProxy,
    },
  };
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new TradingError('CLI.FILE_UNREADABLE', `${path} can't be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
