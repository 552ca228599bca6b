import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a test's provider answers to one call. */
export type Answer =
  | { readonly json: unknown; readonly status?: number; readonly headers?: Record<string, string> }
  | { readonly body: string }
  /** Half an answer, then the connection is cut. */
  | { readonly cut: string }
  /** No answer at all. */
  | { readonly silent: true };

/** A provider on this machine: it answers each call with the next of its answers, the last one again and again. */
export interface ProviderServer extends AsyncDisposable {
  readonly url: string;
  readonly calls: {
    readonly path: string;
    readonly query: Record<string, string>;
    readonly headers: IncomingMessage['headers'];
  }[];
  answers: ((query: Record<string, string>) => Answer)[];
}

export async function startProviderServer(
  ...answers: (Answer | ((query: Record<string, string>) => Answer))[]
): Promise<ProviderServer> {
  const calls: ProviderServer['calls'] = [];
  const queue = answers.map((answer) => (typeof answer === 'function' ? answer : () => answer));
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const query = Object.fromEntries(url.searchParams);
    calls.push({ path: decodeURIComponent(url.pathname), query, headers: request.headers });
    const answer = state.answers.length > 1 ? state.answers.shift() : state.answers[0];
    give(response, answer?.(query) ?? { status: 500, json: {} });
  });
  // A connection that is closed here while a call is on its way to it would be a call that failed.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const state: ProviderServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answers: queue,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return state;
}

function give(response: ServerResponse, answer: Answer): void {
  if ('silent' in answer) return;
  if ('cut' in answer) {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 10_000 });
    response.write(answer.cut, () => response.destroy());
    return;
  }
  if ('body' in answer) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(answer.body);
    return;
  }
  response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
  response.end(JSON.stringify(answer.json));
}
