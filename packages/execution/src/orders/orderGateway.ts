import { randomUUID } from 'node:crypto';
import { poolSql, type ServicePool } from '@trading/database';
import { settlementDate } from '@trading/model';
import { againAfterDeadlock } from '../againAfterDeadlock';
import { bookFill } from '../fills/bookFill';
import type { ReportedFill } from '../fills/reportedFill';
import { createPaperBroker, type PaperBroker } from '../matching/paperBroker';
import { submitOnPaper } from '../matching/submitOnPaper';
import type { PreTradeRisk, RiskEvents } from '../ports';
import type { BookingOutcome } from '../sql/fills/bookFill';
import { type AccountFill, bookFillRows } from '../sql/fills/bookFills';
import { type PlaceableOrder, placeOrders } from '../sql/orders/placeOrders';
import { inWork } from '../work';
import { createOrder } from './createOrder';
import { MicroBatch } from './microBatch';
import type { Order } from './order';
import { checkOrder, type OrderRequest } from './orderRequest';
import { sameOrder } from './sameOrder';

/** How a gateway is made. */
export interface OrderGatewayOptions {
  readonly pool: ServicePool;
  readonly risk: PreTradeRisk;
  readonly riskEvents: RiskEvents;
  /** The series whose last close is the reference price. */
  readonly tradingSource: string;
  /** A paper broker with default costs, unless given; `remote` where a broker session hands over what is allowed. */
  readonly broker?: PaperBroker | 'remote';
  /** Orders, or fills, in one transaction at most. 64. */
  readonly batchSize?: number;
  /** Connections that orders, and fills, use at once. 2. */
  readonly lanes?: number;
}

/**
 * Places orders and books fills at the rate of a whole brokerSession: calls that come at once share a transaction. Every guarantee
 * of the one-at-a-time calls holds: a promise resolves after its commit, each order is decided on with all before it in
 * view, an execution is booked once.
 */
export interface OrderGateway {
  /** @throws TradingError `EXECUTION.INVALID_ORDER`, `EXECUTION.ORDER_ID_TAKEN`, `MODEL.*`, `DATABASE.*` */
  place(request: OrderRequest): Promise<Order>;
  /** @throws TradingError `DATABASE.*` */
  book(fill: ReportedFill): Promise<BookingOutcome>;
}

type Fill = AccountFill & { readonly reported: ReportedFill };

/** Makes a gateway. It holds no connection of its own. */
export function createOrderGateway(options: OrderGatewayOptions): OrderGateway {
  const { pool, risk, riskEvents, tradingSource, batchSize = 64, lanes = 2 } = options;
  const broker = options.broker === 'remote' ? null : (options.broker ?? createPaperBroker());
  const sql = poolSql(pool);
  const orders = new MicroBatch<PlaceableOrder, Order>({
    size: batchSize,
    lanes,
    async work(batch) {
      const placed = await againAfterDeadlock(() => placeOrders(sql, batch, tradingSource, broker !== null));
      return batch.flatMap(({ orderId }) => placed.get(orderId) ?? []);
    },
  });
  const fills = new MicroBatch<Fill, BookingOutcome>({
    size: batchSize,
    lanes,
    async work(batch) {
      const asked = batch.map(({ reported: _, ...fill }) => fill);
      const rows = await againAfterDeadlock(() => bookFillRows(sql, asked));
      // One execution may be reported twice in a batch: the first answer is that it was booked.
      const outcomes = new Map<string, BookingOutcome[]>();
      for (const row of rows) {
        if (row.outcome === 'deferred') continue;
        const key = keyOf(row.order_id, row.execution_id);
        outcomes.set(key, [...(outcomes.get(key) ?? []), row.outcome]);
      }
      return Promise.all(
        batch.map(async (fill) => {
          const outcome = outcomes.get(keyOf(fill.orderId, fill.executionId))?.shift();
          if (outcome !== undefined) return outcome;
          return (await inWork(pool, (work) => bookFill(work, riskEvents, fill.reported), fill.correlationId))
            .outcome;
        }),
      );
    },
  });
  return {
    async place(request) {
      const asked = checkOrder(request);
      // A batch submits all that is allowed in it, and knows of no order that it replaces: what is otherwise goes its way alone.
      const alone = asked.replacesOrderId !== null || (broker !== null && broker.refuse(asked) !== null);
      const order = alone
        ? await inWork(pool, async (work) => {
            const created = await createOrder(work, risk, tradingSource, request);
            return broker === null ? created : submitOnPaper(work, broker, created);
          })
        : await orders.call({ ...asked, correlationId: randomUUID() });
      return sameOrder(order, asked);
    },
    book: async (fill) =>
      fills.call({
        accountId: fill.accountId,
        orderId: fill.orderId,
        executionId: fill.executionId,
        quantity: fill.quantity.toString(),
        price: fill.price.toString(),
        commission: fill.commission.toString(),
        executedAt: fill.executedAt,
        settlementDate: settlementDate(fill.executedAt),
        correlationId: randomUUID(),
        reported: fill,
      }),
  };
}

function keyOf(orderId: string, executionId: string): string {
  return `${orderId}\n${executionId}`;
}
