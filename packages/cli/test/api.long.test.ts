import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTradingClient, type StreamedEvent } from '@trading/client';
import { until } from '@trading/testing';
import { type Checkout, makePreparedCheckout, type Started } from './checkout';
import { asSuperuser } from './superuser';

let checkout: Checkout;
let key: string;
beforeAll(async () => {
  checkout = await makePreparedCheckout();
  expect(await checkout.trading('up', '--no-redis')).toMatchObject({ code: 0 });
  const made = await checkout.trading('keys', 'create', 'listener', '--json');
  ({ key } = JSON.parse(made.stdout) as { key: string });
});
afterAll(async () => {
  await checkout?.[Symbol.asyncDispose]();
});

/** Starts `trading dashboard` and waits until it says where it listens. */
async function serve(): Promise<Started & { readonly url: string }> {
  const running = checkout.start('dashboard');
  const url = await until('it to say where it listens', async () => {
    if (running.child.exitCode !== null) throw new Error(JSON.stringify(await running.outcome));
    return /API and dashboard: (\S+)\n/.exec(running.printed.stderr)?.[1];
  });
  return { ...running, url };
}

/** Publishes events, as analytics. */
async function publish(from: number, count: number): Promise<void> {
  await asSuperuser(checkout, async (client) => {
    for (let number = from; number < from + count; number += 1) {
      await client.query(
        `INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
         VALUES (gen_random_uuid(), 'performance_updated', 1, 'analytics', 'k', 'c', jsonb_build_object('number', $1::int), now())`,
        [number],
      );
    }
  });
}

function listen(url: string) {
  const stop = new AbortController();
  const heard: StreamedEvent[] = [];
  const ended = (async () => {
    for await (const event of createTradingClient({ url, key }).events({ signal: stop.signal }))
      heard.push(event);
  })();
  const numbers = () =>
    heard.flatMap(({ event }) => (event === null ? [] : [(event.data as { number: number }).number]));
  return {
    heard,
    numbers,
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

it('brings every event once, across a kill of the server and a restart of PostgreSQL', async () => {
  const first = await serve();
  const listener = listen(first.url);
  await until('the stream to begin', () => listener.heard.length > 0);
  await publish(0, 20);
  await until('the first events', () => listener.numbers().length >= 20);

  first.child.kill('SIGKILL');
  await first.outcome;
  await publish(20, 20);
  const second = await serve();
  expect(second.url).toBe(first.url);
  await until('what came while it was away', () => listener.numbers().length >= 40);

  expect(await checkout.trading('down')).toMatchObject({ code: 0 });
  expect(await checkout.trading('up', '--no-redis')).toMatchObject({ code: 0 });
  await publish(40, 20);
  await until('what came after the restart', () => listener.numbers().length >= 60);
  await listener.stop();
  expect(listener.numbers()).toEqual(Array.from({ length: 60 }, (_, number) => number));
  expect(listener.heard.map(({ type }) => type)).not.toContain('reset');
  second.child.kill('SIGINT');
  expect(await second.outcome).toMatchObject({ code: 0 });
});

it('serves 200 clients the same events, each once and in order', async () => {
  const server = await serve();
  const listeners = Array.from({ length: 200 }, () => listen(server.url));
  await until('all to begin', () => listeners.every(({ heard }) => heard.length > 0));
  await publish(0, 100);
  const all = Array.from({ length: 100 }, (_, number) => number);
  await until('all to have all', () => listeners.every(({ numbers }) => numbers().length >= 100));
  await Promise.all(listeners.map(({ stop }) => stop()));
  for (const { numbers } of listeners) expect(numbers()).toEqual(all);
  server.child.kill('SIGINT');
  expect(await server.outcome).toMatchObject({ code: 0 });
});
