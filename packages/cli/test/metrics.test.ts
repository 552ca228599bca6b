import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SERVICE_NAMES } from '@trading/database';
import { until } from '@trading/testing';
import { type Checkout, makePreparedCheckout, sampleDays } from './checkout';
import { asSuperuser } from './superuser';

let checkout: Checkout;

beforeAll(async () => {
  checkout = await makePreparedCheckout();
  expect(await checkout.trading('up', '--no-redis')).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await checkout?.[Symbol.asyncDispose]();
});

/** Starts `trading run` and waits until it says where its metrics are. */
async function run(...args: string[]) {
  const running = checkout.start('run', ...args);
  const url = await until('it to say where its metrics are', async () => {
    if (running.child.exitCode !== null)
      throw new Error(`it ended: ${JSON.stringify(await running.outcome)}`);
    return /^Metrics: (\S+)\n/m.exec(running.printed.stderr)?.[1];
  });
  return { ...running, url };
}

/** A connection that was kept could be closed by the server just as the next request is sent over it. */
const get = (url: string, method = 'GET') => fetch(url, { method, headers: { connection: 'close' } });

/** Each sample of a scrape, by its name and labels as Prometheus writes them. */
async function scrape(url: string): Promise<Map<string, number>> {
  const response = await get(url);
  const text = await response.text();
  expect({ status: response.status, type: response.headers.get('content-type') }).toEqual({
    status: 200,
    type: expect.stringContaining('text/plain; version=0.0.4'),
  });
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

test('trading run --metrics-port tells Prometheus what the bus and this process do', async () => {
  const csv = checkout.file('aapl.csv', sampleDays(1));
  expect(await checkout.trading('ingest', '--csv', csv, '--symbol', 'AAPL')).toMatchObject({ code: 0 });
  await using running = {
    ...(await run('--metrics-port', '0')),
    async [Symbol.asyncDispose]() {
      running.child.kill('SIGINT');
      await running.outcome;
    },
  };
  const { url } = running;
  // The process counts what it has handled a moment after everybody can see that it was, and another service may be at
  // work meanwhile: one scrape says all of it, once all is quiet.
  const samples = await until('one scrape to say that all was handled', async () => {
    const now = await scrape(url);
    const quiet =
      now.get('trading_bus_lag_events{group="logging"}') === 0 &&
      now.get('trading_bus_lag_seconds{group="logging"}') === 0 &&
      (now.get('trading_consumer_handled_total{group="logging"}') ?? 0) > 0 &&
      now.get('trading_bus_hidden_events') === 0;
    return quiet ? now : undefined;
  });

  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  expect(samples.get('trading_consumer_dead_total{group="logging"}')).toBe(0);
  // Whether the minute is over, nobody knows.
  expect(samples.get('trading_bus_published_last_minute')).toBeGreaterThanOrEqual(0);
  for (const service of SERVICE_NAMES)
    expect(samples.get(`trading_pool_connections{service="${service}"}`)).toBeGreaterThanOrEqual(0);
  expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  expect([...samples.keys()].filter((name) => name.startsWith('trading_relay_'))).toEqual([]);

  await asSuperuser(checkout, (client) =>
    client.query(`INSERT INTO event_bus.dead_letters (consumer_group, event_id, event_type, event, error, attempts)
      VALUES ('logging', gen_random_uuid(), 'market_data_updated', '{}', 'broken', 3)`),
  );
  expect((await scrape(url)).get('trading_bus_dead_letters{group="logging"}')).toBe(1);
  expect((await get(url.replace('/metrics', '/'))).status).toBe(404);
  expect((await get(url, 'POST')).status).toBe(405);

  const { port } = new URL(url);
  const second = await checkout.trading('run', '--metrics-port', port);
  expect(second.code).not.toBe(0);
  expect(second.stderr).toContain(`--metrics-port ${port} can't be used: `);
});
