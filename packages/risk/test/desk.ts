import { createServicePool, inTransaction, type ServicePool } from '@trading/database';
import type { RiskDecision } from '@trading/model';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import { createPreTradeRisk, createRiskService, type RiskService } from '../src';

/** An order in few words. */
export interface Asked {
  readonly orderId?: string;
  readonly account?: string;
  readonly symbol?: string;
  readonly side?: 'buy' | 'sell';
  readonly quantity: string;
  readonly orderType?: 'market' | 'limit' | 'stop' | 'stop_limit';
  readonly price?: string;
  readonly stopPrice?: string;
  readonly strategyId?: string;
  readonly decidedAt?: string;
}

/** A risk desk with a price of 100, and execution's side of the door. */
export interface Desk extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly risk: RiskService;
  readonly riskPool: ServicePool;
  readonly owner: ServicePool;
  /** Asks for an order as execution does, and stores what risk decided. */
  ask(asked: Asked): Promise<RiskDecision>;
  /** Puts a position there, bought or sold at 100 unless told, and marks it at 100. */
  hold(account: string, quantity: string, symbol?: string, price?: string): Promise<void>;
  refusal(account: string): Promise<string | null>;
}

export const NOW = '2024-06-04T15:00:00Z';

/** Opens a desk; the account `A` has starter limits for a capital of 100000. */
export async function openDesk(): Promise<Desk> {
  const database = await createTestDatabase();
  const riskPool = createServicePool({
    url: database.serviceUrl('risk'),
    service: 'risk',
    max: 4,
    waitMs: PATIENCE_MS,
  });
  const execution = createServicePool({
    url: database.serviceUrl('execution'),
    service: 'execution',
    max: 16,
    // The last of a thousand orders waits for all the others.
    waitMs: PATIENCE_MS,
  });
  const owner = createServicePool({ url: database.ownerUrl, service: 'risk', max: 2, waitMs: PATIENCE_MS });
  const risk = createRiskService({ pool: riskPool, killOn: ['max_drawdown'] });
  const checks = createPreTradeRisk();
  await owner.query(
    `INSERT INTO data_ingestion.market_data (symbol, "timestamp", open, high, low, close, volume, data_source)
     SELECT s, '2024-06-04T04:00:00Z', 100, 100, 100, 100, 1000, 'yahoo' FROM unnest(ARRAY['AAPL', 'MSFT', 'IBM']) AS s`,
  );
  await risk.limits.openAccount('A', '100000');
  let asked = 0;
  return {
    database,
    risk,
    riskPool,
    owner,
    ask(order) {
      asked += 1;
      const orderId = order.orderId ?? `o-${asked}`;
      const account = order.account ?? 'A';
      const symbol = order.symbol ?? 'AAPL';
      const side = order.side ?? 'buy';
      const orderType = order.orderType ?? 'market';
      const decidedAt = new Date(order.decidedAt ?? NOW);
      return inTransaction(execution, async (tx) => {
        const decision = await checks.reserve(
          tx,
          {
            orderId,
            accountId: account,
            symbol,
            side,
            orderType,
            quantity: order.quantity,
            price: order.price ?? null,
            stopPrice: order.stopPrice ?? null,
            strategyId: order.strategyId ?? null,
            decidedAt,
            dataSource: 'yahoo',
          },
          { correlationId: 'chain', causationId: null },
        );
        if (decision.outcome !== 'known') {
          await tx.query(
            `INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, quantity, price, stop_price, strategy,
                                           decided_at, status, reference_price)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
            [
              orderId,
              account,
              symbol,
              side,
              orderType,
              order.quantity,
              order.price ?? null,
              order.stopPrice ?? null,
              order.strategyId ?? null,
              decidedAt,
              decision.outcome === 'allowed' ? 'pending' : 'rejected',
              decision.referencePrice,
            ],
          );
        }
        return decision;
      });
    },
    async hold(account, quantity, symbol = 'AAPL', price = '100') {
      const orderId = `held-${account}-${symbol}`;
      await owner.query(
        `INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, quantity, decided_at, status)
         VALUES ($1, $2, $3, $4, 'market', abs($5::numeric), '2024-05-31T04:00:00Z', 'submitted')`,
        [orderId, account, symbol, quantity.startsWith('-') ? 'sell' : 'buy', quantity],
      );
      await owner.query(
        `SELECT execution.book_fill($1, $1, abs($2::numeric), $3, 0, '2024-06-03T14:00:00Z', '2024-06-04', 'chain')`,
        [orderId, quantity, price],
      );
      await owner.query(
        `UPDATE execution.positions SET mark_price = 100, marked_at = '2024-06-04T04:00:00Z' WHERE account_id = $1`,
        [account],
      );
    },
    refusal: (account) =>
      inTransaction(execution, (tx) =>
        checks.refuseCancel(tx, { accountId: account, symbol: 'AAPL', strategyId: null }),
      ),
    async [Symbol.asyncDispose]() {
      for (const each of [riskPool, execution, owner]) await each.end();
      await database.drop();
    },
  };
}
