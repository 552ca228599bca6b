import { createServicePool, type ServicePool } from '@trading/database';
import { createIngestionService, type IngestionService } from '@trading/ingestion';
import { startTestServer, type TestServer } from '@trading/testing';
import { Client } from 'pg';

/** A server with the full schema, durable as in production, and ingestion on it. */
export interface BarServer extends AsyncDisposable {
  readonly server: TestServer;
  readonly pool: ServicePool;
  readonly service: IngestionService;
  /** Empties what bars are written to, and lets the server catch up, so that one load does not pay for another. */
  empty(): Promise<void>;
  analyze(): Promise<void>;
  /** Runs statements of a benchmark's own, as the superuser. */
  asAdmin(...statements: string[]): Promise<void>;
  /** The superuser, in the database of the bars. */
  readonly adminUrl: string;
}

export async function startBarServer(): Promise<BarServer> {
  const server = await startTestServer({ durable: true });
  const pool = createServicePool({ url: server.serviceUrl('ingestion'), service: 'ingestion' });
  const service = createIngestionService({ pool });
  const url = new URL(server.adminUrl);
  url.pathname = new URL(server.ownerUrl).pathname;
  const asAdmin = async (...statements: string[]) => {
    const client = new Client({ connectionString: url.href });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  return {
    server,
    pool,
    service,
    empty: () =>
      asAdmin(
        'TRUNCATE data_ingestion.market_data, data_ingestion.ingestion_status, event_bus.outbox',
        'CHECKPOINT',
      ),
    analyze: () => asAdmin('VACUUM ANALYZE data_ingestion.market_data', 'CHECKPOINT'),
    asAdmin,
    adminUrl: url.href,
    [Symbol.asyncDispose]: async () => {
      await pool.end();
      await server[Symbol.asyncDispose]();
    },
  };
}
