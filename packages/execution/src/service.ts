import { poolSql, type ServicePool } from '@trading/database';
import type { EventHandlers } from '@trading/event-bus';
import { TradingError } from '@trading/model';
import { auditPosition, type PositionAudit } from './auditPosition';
import { type Booking, bookFill } from './bookFill';
import { bustFill, type ReportedBust } from './bustFill';
import { createOrder } from './createOrder';
import type { Matching } from './matchWorkingOrders';
import { onMarketData } from './onMarketData';
import { onSignal } from './onSignal';
import type { Order } from './order';
import type { OrderRequest } from './orderRequest';
import { createPaperBroker, type PaperBroker } from './paper/paperBroker';
import type { PreTradeRisk, RiskEvents } from './ports';
import { type Replacement, replaceOrder } from './replaceOrder';
import type { ReportedFill } from './reportedFill';
import type { BustedFillRow } from './sql/bustFill';
import { type Discrepancy, verifyLedger } from './sql/verifyLedger';
import { submitOnPaper } from './submitOnPaper';
import { cancelOrder, requireOrder } from './transitionOrder';
import { inWork, workOf } from './work';

/** What the execution service is made of. */
export interface ExecutionServiceOptions {
  /** The service's own pool. */
  readonly pool: ServicePool;
  readonly risk: PreTradeRisk;
  readonly riskEvents: RiskEvents;
  /** The series at whose prices orders fill and positions are marked, e.g. `yahoo`. */
  readonly tradingSource: string;
  /**
   * A paper broker with default costs, unless given; `remote` where a broker desk (`createBrokerDesk`) hands orders over:
   * they stay pending here, and cancels go through the desk.
   */
  readonly broker?: PaperBroker | 'remote';
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
  /**
   * Puts a new order in the place of a working one; where risk denies it, the old one works on.
   *
   * @throws TradingError `EXECUTION.NOT_REPLACEABLE`, `EXECUTION.UNKNOWN_ORDER`, `EXECUTION.INVALID_ORDER`, `MODEL.*`
   */
  replaceOrder(
    orderId: string,
    replacement: Omit<Replacement, 'decidedAt'> & { decidedAt?: Date },
  ): Promise<Order>;
  /** Books a fill that a broker reported. @throws TradingError `DATABASE.*` */
  bookFill(fill: ReportedFill): Promise<Booking>;
  /** Takes a fill back that a broker busted, by a correcting entry. @throws TradingError `DATABASE.*` */
  bustFill(bust: ReportedBust): Promise<BustedFillRow['outcome']>;
  /** Derives orders, positions and P&L again from the trades; tells every difference. @throws TradingError `DATABASE.*` */
  verify(scope?: { readonly accountId?: string; readonly symbol?: string }): Promise<Discrepancy[]>;
  /**
   * Tells how a position came to be, from its trades back to orders, risk decisions and signals; as of a moment, or now.
   *
   * @throws TradingError `DATABASE.*`
   */
  auditPosition(accountId: string, symbol: string, asOf?: Date): Promise<PositionAudit>;
  /** @throws TradingError `EXECUTION.UNKNOWN_ORDER`, `DATABASE.*` */
  readOrder(orderId: string): Promise<Order>;
}

/** Makes the execution service. It holds no connection of its own. */
export function createExecutionService(options: ExecutionServiceOptions): ExecutionService {
  const { pool, risk, riskEvents, tradingSource, now = () => new Date() } = options;
  const broker = options.broker === 'remote' ? null : (options.broker ?? createPaperBroker());
  const matching: Matching = { broker, riskEvents, tradingSource };
  return {
    handlers: {
      signal_generated: (event, context) => onSignal(workOf(event, context), matching, risk, event.data),
      market_data_updated: (event, context) => onMarketData(workOf(event, context), matching, event.data),
    },
    placeOrder: (request) =>
      inWork(pool, async (work) => {
        const decidedAt = request.decidedAt ?? now();
        const order = await createOrder(work, risk, tradingSource, { ...request, decidedAt });
        return order.status === 'pending' && broker !== null
          ? submitOnPaper(work, broker, order, decidedAt)
          : order;
      }),
    cancelOrder: (orderId, reason) =>
      inWork(pool, (work) => {
        onlyOnPaper(broker, orderId);
        return cancelOrder(work, risk, orderId, { reason, occurredAt: now() });
      }),
    replaceOrder: (orderId, replacement) =>
      inWork(pool, async (work) => {
        onlyOnPaper(broker, orderId);
        const decidedAt = replacement.decidedAt ?? now();
        const order = await replaceOrder(work, risk, tradingSource, orderId, { ...replacement, decidedAt });
        return order.status === 'pending' && broker !== null
          ? submitOnPaper(work, broker, order, decidedAt)
          : order;
      }),
    bustFill: (bust) => inWork(pool, (work) => bustFill(work, riskEvents, bust)),
    verify: (scope = {}) => verifyLedger(poolSql(pool), scope),
    auditPosition: (accountId, symbol, asOf) => auditPosition(pool, accountId, symbol, asOf ?? null),
    bookFill: (fill) => inWork(pool, (work) => bookFill(work, riskEvents, fill)),
    readOrder: (orderId) => inWork(pool, (work) => requireOrder(work, orderId)),
  };
}

/** What works at a remote broker isn't withdrawn by a row of ours. */
function onlyOnPaper(broker: PaperBroker | null, orderId: string): void {
  if (broker !== null) return;
  throw new TradingError(
    'EXECUTION.AT_REMOTE_BROKER',
    `order ${orderId} is worked by a remote broker: cancel it through the broker desk`,
    { details: { orderId } },
  );
}
