import { createServicePool, inTransaction, type ServiceName, type ServicePool } from '@trading/database';
import type { TradingEvent } from '@trading/model';
import { createTestDatabase, type TestDatabase, until } from '@trading/testing';
import { createPublisher } from '../src';
import { bars } from './events';

/** A database with the bus in it, pools for whoever needs one, and what tests ask of it. */
export interface BusHarness extends AsyncDisposable {
  readonly database: TestDatabase;
  pool(service: ServiceName): ServicePool;
  /** Publishes news of bars of these symbols in one transaction, and waits until readers can see them. */
  publishBars(...symbols: string[]): Promise<TradingEvent[]>;
  /** Waits until no transaction anywhere on the server, which other tests use too, hides what was published. */
  settle(): Promise<void>;
  /** As the bus, which sees every row. */
  rows(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Empties the bus's tables. */
  clear(): Promise<void>;
}

export async function createBusHarness(): Promise<BusHarness> {
  const database = await createTestDatabase();
  const pools = new Map<ServiceName, ServicePool>();
  const publisher = createPublisher({ service: 'ingestion' });
  const pool = (service: ServiceName) => {
    const known = pools.get(service) ?? createServicePool({ service, url: database.serviceUrl(service) });
    pools.set(service, known);
    return known;
  };
  const rows = async (text: string, values: unknown[] = []) =>
    (await pool('event_bus').query<Record<string, unknown>>(text, values)).rows;
  const settle = async () => {
    await until('the horizon passes what was published', async () => {
      const [row] = await rows(
        'SELECT coalesce(max(xid) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint, true) AS passed FROM event_bus.outbox',
      );
      return row?.passed === true;
    });
  };
  return {
    database,
    pool,
    rows,
    settle,
    publishBars: async (...symbols) => {
      const published = await inTransaction(pool('ingestion'), (tx) =>
        publisher.publishAll(
          tx,
          symbols.map((symbol) => ({ type: 'market_data_updated', data: bars(symbol) })),
        ),
      );
      await settle();
      return published;
    },
    clear: async () => {
      for (const table of ['outbox', 'inbox', 'consumer_groups', 'parked_events', 'dead_letters'])
        await rows(`DELETE FROM event_bus.${table}`);
    },
    [Symbol.asyncDispose]: async () => {
      for (const open of pools.values()) await open.end();
      await database.drop();
    },
  };
}
