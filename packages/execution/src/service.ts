import { poolSql, type ServicePool } from '@trading/database';
import type { EventHandlers } from '@trading/event-bus';
import { TradingError } from '@trading/model';
import { type Brokers, paperBrokerOf } from './broker/brokers';
import { type Booking, bookFill } from './fills/bookFill';
import { bustFill, type ReportedBust } from './fills/bustFill';
import type { ReportedFill } from './fills/reportedFill';
import type { Matching } from './matching/matchWorkingOrders';
import { onMarketData } from './matching/onMarketData';
import { createPaperBroker, type PaperBroker } from './matching/paperBroker';
import { submitOnPaper } from './matching/submitOnPaper';
import { createOrder } from './orders/createOrder';
import { onSignal } from './orders/onSignal';
import type { Order } from './orders/order';
import type { OrderRequest } from './orders/orderRequest';
import { type Replacement, replaceOrder } from './orders/replaceOrder';
import { cancelOrder, requireOrder, unknownOrder } from './orders/transitionOrder';
import type { PreTradeRisk, RiskEvents } from './ports';
import { auditPosition, type PositionAudit } from './positions/auditPosition';
import type { BustedFillRow } from './sql/fills/bustFill';
import { readExpiredOrders } from './sql/matching/readExpiredOrders';
import { type OrderHistory, selectOrderHistory } from './sql/orders/selectOrderHistory';
import { type OrderFilter, selectOrders } from './sql/orders/selectOrders';
import { type HeldPosition, readPositions } from './sql/positions/readPositions';
import { type Discrepancy, verifyLedger } from './sql/positions/verifyLedger';
import { inWork, type Work, workOf } from './work';

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
  /**
   * Accounts whose orders a broker session (`createBrokerSession`) hands to a remote broker: they stay pending here, and cancels
   * go through the broker session. No paper broker fills them.
   */
  readonly remoteAccounts?: Iterable<string>;
  /** Tells the time of commands; the system's unless given. */
  readonly now?: () => Date;
  /** Joins what commands cause to one chain, e.g. that of a job's run; a chain each unless given. */
  readonly correlationId?: string | undefined;
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
  /** @throws TradingError `EXECUTION.UNKNOWN_ORDER`, `EXECUTION.CANCEL_REFUSED`, `EXECUTION.AT_REMOTE_BROKER`, `DATABASE.*` */
  cancelOrder(orderId: string, reason: string): Promise<Order>;
  /**
   * Puts a new order in the place of a working one; where risk denies it, the old one works on. Of an account at a remote
   * broker the new one is stored as pending, and the broker session asks the broker to replace the old one: until it has,
   * both are counted by every limit.
   *
   * @throws TradingError `EXECUTION.NOT_REPLACEABLE`, `EXECUTION.UNKNOWN_ORDER`, `EXECUTION.INVALID_ORDER`, `MODEL.*`
   */
  replaceOrder(
    orderId: string,
    replacement: Omit<Replacement, 'decidedAt' | 'by'> & { decidedAt?: Date },
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
  /** Orders, youngest first. @throws TradingError `DATABASE.*` */
  listOrders(filter?: OrderFilter): Promise<Order[]>;
  /** An order with what risk decided, its log and its trades. @throws TradingError `EXECUTION.UNKNOWN_ORDER`, `DATABASE.*` */
  orderHistory(orderId: string): Promise<OrderHistory>;
  /** @throws TradingError `EXECUTION.UNKNOWN_ORDER`, `DATABASE.*` */
  readOrder(orderId: string): Promise<Order>;
  /**
   * Ids of day orders that still work though their session is over before a trading date begins.
   *
   * @param date  `YYYY-MM-DD`
   * @throws TradingError `DATABASE.*`
   */
  expiredOrders(date: string): Promise<string[]>;
  /** What is held now, of every account. @throws TradingError `DATABASE.*` */
  positions(): Promise<HeldPosition[]>;
}

/** Makes the execution service. It holds no connection of its own. */
export function createExecutionService(options: ExecutionServiceOptions): ExecutionService {
  const { pool, risk, riskEvents, tradingSource, now = () => new Date() } = options;
  const command = <T>(work: (work: Work) => Promise<T>) => inWork(pool, work, options.correlationId);
  const brokers: Brokers = {
    paper: options.broker ?? createPaperBroker(),
    remoteAccounts: new Set(options.remoteAccounts),
  };
  const matching: Matching = { brokers, riskEvents, tradingSource };
  return {
    handlers: {
      signal_generated: (event, context) => onSignal(workOf(event, context), matching, risk, event.data),
      market_data_updated: (event, context) => onMarketData(workOf(event, context), matching, event.data),
    },
    placeOrder: (request) =>
      command(async (work) => {
        const decidedAt = request.decidedAt ?? now();
        const order = await createOrder(work, risk, tradingSource, { ...request, decidedAt });
        return submitOnPaper(work, paperBrokerOf(brokers, order.accountId), order);
      }),
    cancelOrder: (orderId, reason) =>
      command(async (work) => {
        onlyOnPaper(brokers, await requireOrder(work, orderId));
        return cancelOrder(work, risk, orderId, { reason, occurredAt: now() });
      }),
    replaceOrder: (orderId, replacement) =>
      command(async (work) => {
        const broker = paperBrokerOf(brokers, (await requireOrder(work, orderId)).accountId);
        const order = await replaceOrder(work, risk, tradingSource, orderId, {
          ...replacement,
          decidedAt: replacement.decidedAt ?? now(),
          by: broker === null ? 'the broker' : 'us',
        });
        return submitOnPaper(work, broker, order);
      }),
    bustFill: (bust) => command((work) => bustFill(work, riskEvents, bust)),
    verify: (scope = {}) => verifyLedger(poolSql(pool), scope),
    auditPosition: (accountId, symbol, asOf) => auditPosition(pool, accountId, symbol, asOf ?? null),
    bookFill: (fill) => command((work) => bookFill(work, riskEvents, fill)),
    listOrders: (filter = {}) => selectOrders(poolSql(pool), filter),
    orderHistory: async (orderId) => {
      const history = await selectOrderHistory(poolSql(pool), orderId);
      if (history !== undefined) return history;
      throw unknownOrder(orderId);
    },
    readOrder: (orderId) => command((work) => requireOrder(work, orderId)),
    expiredOrders: (date) => readExpiredOrders(poolSql(pool), date),
    positions: () => readPositions(poolSql(pool)),
  };
}

/** What works at a remote broker isn't withdrawn by a row of ours. */
function onlyOnPaper(brokers: Brokers, { orderId, accountId, brokerOrderId }: Order): void {
  if (brokerOrderId === null && paperBrokerOf(brokers, accountId) !== null) return;
  throw new TradingError(
    'EXECUTION.AT_REMOTE_BROKER',
    `order ${orderId} of account ${accountId} is a remote broker's: it is cancelled through the broker session`,
    { details: { orderId, accountId, brokerOrderId } },
  );
}
