import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SERVICE_NAMES } from '@trading/database';
import { until } from '../../execution/test/until';
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
  const { child, outcome } = checkout.start('run', ...args);
  const lines = createInterface({ input: child.stderr as NodeJS.ReadableStream });
  for await (const line of lines) {
    const [, url] = /^Metrics: (\S+)$/.exec(line) ?? [];
    if (url !== undefined) return { child, outcome, url };
  }
  throw new Error(`it ended: ${JSON.stringify(await outcome)}`);
}

/** Each sample of a scrape, by its name and labels as Prometheus writes them. */
async function scrape(url: string): Promise<Map<string, number>> {
  const response = await fetch(url);
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
  let samples = new Map<string, number>();
  await until(async () => {
    samples = await scrape(url);
    return samples.get('trading_bus_lag_events{group="logging"}') === 0;
  });

  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  expect(samples.get('trading_bus_lag_seconds{group="logging"}')).toBe(0);
  expect(samples.get('trading_consumer_handled_total{group="logging"}')).toBeGreaterThan(0);
  expect(samples.get('trading_consumer_dead_total{group="logging"}')).toBe(0);
  // Whether the minute is over, nobody knows.
  expect(samples.get('trading_bus_published_last_minute')).toBeGreaterThanOrEqual(0);
  expect(samples.get('trading_bus_hidden_events')).toBe(0);
  for (const service of SERVICE_NAMES)
    expect(samples.get(`trading_pool_connections{service="${service}"}`)).toBeGreaterThanOrEqual(0);
  expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  expect([...samples.keys()].filter((name) => name.startsWith('trading_relay_'))).toEqual([]);

  await asSuperuser(checkout, (client) =>
    client.query(`INSERT INTO event_bus.dead_letters (consumer_group, event_id, event_type, event, error, attempts)
      VALUES ('logging', gen_random_uuid(), 'market_data_updated', '{}', 'broken', 3)`),
  );
  expect((await scrape(url)).get('trading_bus_dead_letters{group="logging"}')).toBe(1);
  expect((await fetch(url.replace('/metrics', '/'))).status).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(405);

  const { port } = new URL(url);
  const second = await checkout.trading('run', '--metrics-port', port);
  expect(second.code).not.toBe(0);
  expect(second.stderr).toContain(`--metrics-port ${port} can't be used: `);
});
