import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { request, type Server } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { type MetricsServer, serveMetrics } from './metricsServer';

/** A connection that was kept could be closed by the server just as the next request is sent over it. */
const get = (url: string) => fetch(url, { headers: { connection: 'close' } });

let serving: MetricsServer | undefined;

afterEach(async () => {
  await serving?.[Symbol.asyncDispose]();
  serving = undefined;
});

test('requests that come while figures are read share that reading; the next one has its own', async () => {
  const started: (() => void)[] = [];
  const metrics = {
    contentType: 'text/plain',
    read: () => new Promise<string>((resolve) => started.push(() => resolve(`reading ${started.length}`))),
  };
  serving = await serveMetrics(metrics, 0, () => {});
  const { url } = serving;
  // Each is in the server's hands before the reading ends.
  const arrived = requestsTo(3);
  const three = [1, 2, 3].map(async () => (await get(url)).text());
  await arrived;
  started[0]?.();
  expect(await Promise.all(three)).toEqual(['reading 1', 'reading 1', 'reading 1']);

  const again = requestsTo(1);
  const fourth = get(url);
  await again;
  started[1]?.();
  expect(await (await fourth).text()).toBe('reading 2');
});

test('a reading that fails is answered with 503, and the next request reads again', async () => {
  const outcomes = ['the database is away', undefined];
  const metrics = {
    contentType: 'text/plain',
    read: async () => {
      const failure = outcomes.shift();
      if (failure !== undefined) throw new Error(failure);
      return 'figures';
    },
  };
  serving = await serveMetrics(metrics, 0, () => {});
  const failed = await get(serving.url);
  expect([failed.status, await failed.text()]).toEqual([503, 'the database is away\n']);
  expect(await (await get(serving.url)).text()).toBe('figures');
});

test('a connection that cannot be accepted is reported, and the server goes on', async () => {
  const warnings: string[] = [];
  const metrics = { contentType: 'text/plain', read: async () => 'figures' };
  serving = await serveMetrics(metrics, 0, (message) => void warnings.push(message));
  const arrived = requestsTo(1);
  await get(serving.url);
  const server = await arrived;
  // What Node does where the system refuses to accept.
  server.emit('error', new Error('accept EMFILE'));

  expect(warnings).toEqual(['Metrics: a request was not accepted: accept EMFILE']);
  expect((await get(serving.url)).status).toBe(200);
});

test('a request by any other name than this machine is refused before anything is read', async () => {
  let readings = 0;
  serving = await serveMetrics(
    { contentType: 'text/plain', read: async () => `reading ${++readings}` },
    0,
    () => {},
  );
  const { port } = new URL(serving.url);
  const statusFor = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      request(
        { host: '127.0.0.1', port, path: '/metrics', headers: { host, connection: 'close' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      )
        .once('error', reject)
        .end();
    });

  const refused = await Promise.all(
    ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example'].map(statusFor),
  );
  expect([refused, readings]).toEqual([[421, 421, 421], 0]);
  expect(await Promise.all([`localhost:${port}`, `127.0.0.1:${port}`].map(statusFor))).toEqual([200, 200]);
});

/** Resolves when the next `count` requests have come to a server of this process, with that server. */
function requestsTo(count: number): Promise<Server> {
  return new Promise((resolve) => {
    let left = count;
    const seen = (message: unknown) => {
      left -= 1;
      if (left > 0) return;
      unsubscribe('http.server.request.start', seen);
      resolve((message as { server: Server }).server);
    };
    subscribe('http.server.request.start', seen);
  });
}
