import { createServicePool, inTransaction, type ServicePool } from '@trading/database';
import { sessionOn } from '@trading/model';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import { createRiskService, type RiskService } from '../src';

/** What risk decided on an order, as the order's row and log keep it. */
export type RiskDecision =
  | { readonly outcome: 'allowed'; readonly referencePrice: string | null; readonly checks: unknown }
  | {
      readonly outcome: 'denied';
      readonly limit: string;
      readonly limitValue: string | null;
      readonly observed: string | null;
      readonly reason: string;
      readonly referencePrice: string | null;
    }
  | { readonly outcome: 'known' };

interface DecidedRow {
  readonly reason: string | null;
  readonly reference_price: string | null;
  readonly details: Readonly<Record<string, string | null>>;
  readonly [column: string]: unknown;
}

const DECIDED = `
SELECT o.reason, o.reference_price, l.details FROM execution.orders AS o JOIN execution.execution_logs AS l USING (order_id)
 WHERE o.order_id = $1 ORDER BY l.id LIMIT 1`;

function toDecision({ reason, reference_price: referencePrice, details }: DecidedRow): RiskDecision {
  if (reason === null) return { outcome: 'allowed', referencePrice, checks: details.checks };
  const { limit, limitValue, observed } = details as Readonly<Record<string, string>>;
  return {
    outcome: 'denied',
    limit: limit ?? '',
    limitValue: limitValue ?? null,
    observed: observed ?? null,
    reason: reason.replace(/^denied: /, ''),
    referencePrice,
  };
}

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
        const { rowCount } = await owner.query('SELECT FROM execution.orders WHERE order_id = $1', [orderId]);
        if (rowCount !== 0) return { outcome: 'known' };
        const placed = {
          orderId,
          accountId: account,
          symbol,
          side,
          orderType,
          timeInForce: 'day',
          quantity: order.quantity,
          price: order.price,
          stopPrice: order.stopPrice,
          strategyId: order.strategyId,
          decidedAt,
          tradingSource: 'yahoo',
          sessionOpen: sessionOn(decidedAt)?.open,
          sessionClose: sessionOn(decidedAt)?.close,
          onPaper: true,
          correlationId: 'chain',
        };
        await tx.query('SELECT FROM execution.place_orders($1)', [JSON.stringify([placed])]);
        const [row] = await tx.query<DecidedRow>(DECIDED, [orderId]);
        return toDecision(row as DecidedRow);
      });
    },
    async hold(account, quantity, symbol = 'AAPL', price = '100') {
      const orderId = `held-${account}-${symbol}`;
      await owner.query(
        `INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, quantity, decided_at, trading_source, status)
         VALUES ($1, $2, $3, $4, 'market', abs($5::numeric), '2024-05-31T04:00:00Z', 'yahoo', 'submitted')`,
        [orderId, account, symbol, quantity.startsWith('-') ? 'sell' : 'buy', quantity],
      );
      await owner.query(
        `SELECT execution.book_fill($1, $4, $1, abs($2::numeric), $3, 0, '2024-06-03T14:00:00Z', '2024-06-04', 'chain', NULL)`,
        [orderId, quantity, price, account],
      );
      await owner.query(
        `UPDATE execution.positions SET mark_price = 100, marked_at = '2024-06-04T04:00:00Z' WHERE account_id = $1`,
        [account],
      );
    },
    async refusal(account) {
      const { rows } = await execution.query<{ refusal: string | null }>(
        "SELECT risk_management.refuse_cancel($1, NULL, 'AAPL') AS refusal",
        [account],
      );
      return rows[0]?.refusal ?? null;
    },
    async [Symbol.asyncDispose]() {
      for (const each of [riskPool, execution, owner]) await each.end();
      await database.drop();
    },
  };
}
