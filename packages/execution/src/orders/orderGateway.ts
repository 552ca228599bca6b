import { randomUUID } from 'node:crypto';
import { poolSql, type ServicePool } from '@trading/database';
import { againAfterDeadlock } from '../againAfterDeadlock';
import type { Brokers } from '../broker/brokers';
import type { ReportedFill } from '../fills/reportedFill';
import { type BookingOutcome, bookReports, type OrderReport } from '../sql/fills/bookReports';
import { type PlaceableOrder, placeOrderRows } from '../sql/orders/placeOrders';
import { MicroBatch } from './microBatch';
import type { Order } from './order';
import type { OrderRequest } from './orderRequest';
import { placedOf, toPlaceable } from './placeOrders';
import { sameOrder } from './sameOrder';

/** How a gateway is made. */
export interface OrderGatewayOptions {
  readonly pool: ServicePool;
  readonly brokers: Brokers;
  /** Orders, or fills, in one transaction at most. 64. */
  readonly batchSize?: number;
  /** Connections that orders, and fills, use at once. 2. */
  readonly lanes?: number;
  /** Joins all that it causes to one chain; a chain each unless given. */
  readonly correlationId?: string | undefined;
}

/**
 * Places orders and books fills: calls that come at once share a transaction, one alone waits for nobody. A promise resolves
 * after its commit, each order is decided on with all before it in view, an execution is booked once.
 */
export interface OrderGateway {
  /** @throws TradingError `EXECUTION.INVALID_ORDER`, `EXECUTION.ORDER_ID_TAKEN`, `MODEL.*`, `DATABASE.*` */
  place(request: OrderRequest): Promise<Order>;
  /** @throws TradingError `DATABASE.*` */
  book(fill: ReportedFill): Promise<BookingOutcome>;
}

/** Makes a gateway. It holds no connection of its own. */
export function createOrderGateway(options: OrderGatewayOptions): OrderGateway {
  const { pool, brokers, batchSize: size = 64, lanes = 2 } = options;
  const sql = poolSql(pool);
  const causeOf = () => ({ correlationId: options.correlationId ?? randomUUID(), causationId: null });
  const orders = new MicroBatch<PlaceableOrder, Order>({
    size,
    lanes,
    async work(batch) {
      const placed = await againAfterDeadlock(() => placeOrderRows(sql, batch));
      return batch.map(({ orderId }) => placedOf(placed, orderId));
    },
  });
  const fills = new MicroBatch<OrderReport, BookingOutcome>({
    size,
    lanes,
    // Fills come to what fills come to.
    work: (batch) => againAfterDeadlock(() => bookReports(sql, batch)) as Promise<BookingOutcome[]>,
  });
  return {
    async place(request) {
      const asked = toPlaceable(brokers, request, causeOf());
      return sameOrder(await orders.call(asked), asked);
    },
    book: async (fill) => fills.call({ kind: 'fill', fill, cause: causeOf() }),
  };
}
