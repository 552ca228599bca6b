import { createServicePool, type ServicePool } from '@trading/database';
import { createRiskService } from '@trading/risk';
import { startTestServer, type TestServer } from '@trading/testing';

/** The most workers that trade at once; each has an account of its own. */
export const MOST_WORKERS = 256;

/** Connections of each side: workers beyond them share those that there are. */
const CONNECTIONS = 36;

/** When every order is decided: the day of the one bar that there is. */
export const DECIDED_AT = '2024-06-03T20:00:00.000Z';
export const EXECUTED_AT = '2024-06-04T14:30:00.000Z';

/** The account of a worker. */
export const accountOf = (worker: number) => `B${worker}`;

/** A server with the full schema, durable as in production, a price, and an account with limits for each worker. */
export interface OrderServer extends AsyncDisposable {
  readonly server: TestServer;
  readonly pool: ServicePool;
  readonly owner: ServicePool;
}

/**
 * Starts it. Two limits are left out, because a benchmark is what they are there to stop: how many orders come in a minute,
 * and that none comes twice.
 */
export async function startOrderServer(): Promise<OrderServer> {
  const server = await startTestServer({ durable: true });
  const pool = createServicePool({
    url: server.serviceUrl('execution'),
    service: 'execution',
    max: CONNECTIONS,
  });
  const owner = createServicePool({ url: server.ownerUrl, service: 'execution', max: CONNECTIONS });
  await owner.query(
    `INSERT INTO data_ingestion.market_data (symbol, "timestamp", open, high, low, close, volume, data_source)
     VALUES ('AAPL', '2024-06-03T04:00:00Z', 100, 101, 99, 100, 1000000, 'yahoo')`,
  );
  await owner.query('CREATE TABLE execution.floor (id bigserial PRIMARY KEY, what text NOT NULL)');
  await using riskPool = createServicePool({ url: server.serviceUrl('risk'), service: 'risk', max: 2 });
  const { limits } = createRiskService({ pool: riskPool });
  for (let worker = 0; worker < MOST_WORKERS; worker += 1) {
    await limits.openAccount(accountOf(worker), '1000000000');
    await limits.setPosition(accountOf(worker), '*', { maxQuantity: '10000000' });
  }
  await owner.query(
    `DELETE FROM risk_management.risk_limits WHERE limit_type IN ('duplicate_window', 'max_orders_per_minute')`,
  );
  return {
    server,
    pool,
    owner,
    async [Symbol.asyncDispose]() {
      await pool.end();
      await owner.end();
      await server[Symbol.asyncDispose]();
    },
  };
}
