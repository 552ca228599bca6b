import type { ServicePool } from '@trading/database';
import type { EventHandlers } from '@trading/event-bus';
import { type Booking, bookFill } from './bookFill';
import { createOrder } from './createOrder';
import type { Matching } from './matchWorkingOrders';
import { onMarketData } from './onMarketData';
import { onSignal } from './onSignal';
import type { Order } from './order';
import type { OrderRequest } from './orderRequest';
import { createPaperBroker, type PaperBroker } from './paper/paperBroker';
import type { PreTradeRisk, RiskEvents } from './ports';
import type { ReportedFill } from './reportedFill';
import { cancelOrder, requireOrder, transitionOrder } from './transitionOrder';
import { inWork, workOf } from './work';

/** What the execution service is made of. */
export interface ExecutionServiceOptions {
  /** The service's own pool. */
  readonly pool: ServicePool;
  readonly risk: PreTradeRisk;
  readonly riskEvents: RiskEvents;
  /** The series at whose prices orders fill and positions are marked, e.g. `yahoo`. */
  readonly tradingSource: string;
  /** A paper broker with default costs, unless given. */
  readonly broker?: PaperBroker;
  /** Tells the time of commands; the system's unless given. */
  readonly now?: () => Date;
}

/** Orders, fills and positions. */
export interface ExecutionService {
  /** Reactions to signals and market data; the consumer group is `execution`. */
  readonly handlers: EventHandlers;
  /**
   * Places an order outside any strategy: decided by risk, stored, and submitted where it is allowed.
   *
   * @throws TradingError `EXECUTION.INVALID_ORDER`, `MODEL.*`, `DATABASE.*`
   */
  placeOrder(request: OrderRequest): Promise<Order>;
  /** @throws TradingError `EXECUTION.UNKNOWN_ORDER`, `EXECUTION.CANCEL_REFUSED`, `DATABASE.*` */
  cancelOrder(orderId: string, reason: string): Promise<Order>;
  /** Books a fill that a broker reported. @throws TradingError `DATABASE.*` */
  bookFill(fill: ReportedFill): Promise<Booking>;
  /** @throws TradingError `EXECUTION.UNKNOWN_ORDER`, `DATABASE.*` */
  readOrder(orderId: string): Promise<Order>;
}

/** Makes the execution service. It holds no connection of its own. */
export function createExecutionService(options: ExecutionServiceOptions): ExecutionService {
  const { pool, risk, riskEvents, tradingSource, now = () => new Date() } = options;
  const matching: Matching = { broker: options.broker ?? createPaperBroker(), riskEvents, tradingSource };
  return {
    handlers: {
      signal_generated: (event, context) => onSignal(workOf(event, context), matching, risk, event.data),
      market_data_updated: (event, context) => onMarketData(workOf(event, context), matching, event.data),
    },
    placeOrder: (request) =>
      inWork(pool, async (work) => {
        const decidedAt = request.decidedAt ?? now();
        const order = await createOrder(work, risk, tradingSource, { ...request, decidedAt });
        if (order.status !== 'pending') return order;
        return transitionOrder(work, order, 'submitted', { event: 'submitted', occurredAt: decidedAt });
      }),
    cancelOrder: (orderId, reason) =>
      inWork(pool, (work) => cancelOrder(work, risk, orderId, { reason, occurredAt: now() })),
    bookFill: (fill) => inWork(pool, (work) => bookFill(work, riskEvents, fill)),
    readOrder: (orderId) => inWork(pool, (work) => requireOrder(work, orderId)),
  };
}
