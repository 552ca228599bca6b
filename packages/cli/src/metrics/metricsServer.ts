import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TradingError } from '@trading/model';
import type { Metrics } from './metrics';

/** Answers `GET /metrics` on this machine only: nobody has to log in. */
const HOST = '127.0.0.1';

/** Where metrics are read. */
export interface MetricsServer extends AsyncDisposable {
  readonly url: string;
}

/**
 * Serves metrics, read anew for a request unless they are being read for another.
 *
 * @param port  0 for any that is free
 * @param onWarning  told of a request that couldn't be accepted, as where no more files may be opened
 * @throws TradingError `CLI.PORT_TAKEN`
 */
export async function serveMetrics(
  metrics: Metrics,
  port: number,
  onWarning: (message: string) => void,
): Promise<MetricsServer> {
  const read = oneAtATime(() => metrics.read());
  const server = createServer(({ method, url, headers }, response) => {
    if (!isOwnName(headers.host)) reply(response, 421, 'Metrics are read at 127.0.0.1 or localhost.\n');
    else if (url?.split('?')[0] !== '/metrics') reply(response, 404, 'Metrics are at /metrics.\n');
    else if (method !== 'GET') reply(response, 405, 'Metrics can only be read: GET.\n');
    else void answer(read, metrics.contentType, response);
  });
  await listen(server, port);
  server.on('error', ({ message }) => onWarning(`Metrics: a request was not accepted: ${message}`));
  const address = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${address.port}/metrics`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/**
 * Whether a request names this machine. A page from elsewhere can have its own host name lead to 127.0.0.1 and would then
 * read the answer as its own; but the name that it asks for stays its own.
 */
function isOwnName(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/i.test(host ?? '');
}

/** Whoever asks while it is being read gets what that brings: several scrapes cost the database one. */
function oneAtATime(read: () => Promise<string>): () => Promise<string> {
  let reading: Promise<string> | undefined;
  return () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}

async function answer(
  read: () => Promise<string>,
  contentType: string,
  response: ServerResponse,
): Promise<void> {
  try {
    reply(response, 200, await read(), contentType);
  } catch (error) {
    // Most likely the database is away: a scrape that fails is how Prometheus notices.
    reply(response, 503, `${error instanceof Error ? error.message : String(error)}\n`);
  }
}

function reply(
  response: ServerResponse,
  status: number,
  body: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'Content-Type': type }).end(body);
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, HOST);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new TradingError(
      'CLI.PORT_TAKEN',
      `--metrics-port ${port} can't be used: ${(error as Error).message}`,
      {
        kind: 'operational',
        cause: error,
      },
    );
  }
}
