import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dailyBarStart } from '@trading/model';

/** A server of Yahoo's form on this machine, with the same days for every symbol. */
export interface YahooServer extends AsyncDisposable {
  readonly url: string;
  /** What was asked for, in order: `AAPL`. */
  readonly asked: string[];
  /** Symbols that get no answer until they are taken out again. */
  readonly silent: Set<string>;
}

/** Answers for every symbol but those that begin with NO; refuses whoever brings a key, as Polygon's form does. */
export async function startYahooServer(days: readonly string[]): Promise<YahooServer> {
  const asked: string[] = [];
  const silent = new Set<string>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const symbol = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
    asked.push(symbol);
    if (silent.has(symbol)) return;
    if (request.headers.authorization !== undefined) {
      response.writeHead(403, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: 'ERROR', error: 'Unknown API Key' }));
      return;
    }
    const known = !symbol.startsWith('NO');
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(known ? chart(url, days) : UNKNOWN));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    silent,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const UNKNOWN = {
  chart: { result: null, error: { code: 'Not Found', description: 'No data found, symbol may be delisted' } },
};

function chart({ searchParams }: URL, days: readonly string[]) {
  const [from = 0, until = 0] = ['period1', 'period2'].map((name) => Number(searchParams.get(name)));
  // A daily bar of Yahoo's carries the moment at which trading began.
  const timestamp = days
    .map((day) => dailyBarStart(day).getTime() / 1_000)
    .filter((start) => start >= from && start < until)
    .map((start) => start + 9.5 * 3_600);
  const column = (value: number) => timestamp.map(() => value);
  return {
    chart: {
      result: [
        {
          timestamp,
          indicators: {
            quote: [
              { open: column(10), high: column(12), low: column(9), close: column(11), volume: column(100) },
            ],
            adjclose: [{ adjclose: column(5.5) }],
          },
        },
      ],
      error: null,
    },
  };
}
