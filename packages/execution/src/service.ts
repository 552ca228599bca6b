import { poolSql, type ServicePool } from '@trading/database';
import type { BatchHandlers } from '@trading/event-bus';
import { type Cause, parseDataSource, TradingError, type TradingEvent } from '@trading/model';
import { type Brokers, paperBrokerOf } from './broker/brokers';
import { type Cash, createCash } from './cash/cash';
import type { ReportedFill } from './fills/reportedFill';
import { matchBars } from './matching/matchBars';
import { createPaperBroker, type PaperBroker } from './matching/paperBroker';
import type { Order } from './orders/order';
import { createOrderGateway } from './orders/orderGateway';
import type { OrderRequest } from './orders/orderRequest';
import { placeForSignals } from './orders/placeForSignals';
import { previewOrder } from './orders/previewOrder';
import { type Replacement, replaceOrder } from './orders/replaceOrder';
import { cancelOrder, requireOrder, unknownOrder } from './orders/transitionOrder';
import { auditPosition, type PositionAudit } from './positions/auditPosition';
import type { BookingOutcome } from './sql/fills/bookReports';
import { type BustOutcome, bustFill, type ReportedBust } from './sql/fills/bustFill';
import type { BarRange } from './sql/matching/matchRows';
import { readExpiredOrders } from './sql/matching/readExpiredOrders';
import { type AccountSeries, readAccountSeries, writeAccountSeries } from './sql/orders/accountSeries';
import { type OrderHistory, selectOrderHistory } from './sql/orders/selectOrderHistory';
import { type OrderFilter, selectOrders } from './sql/orders/selectOrders';
import { type ForgottenBars, type ForgottenEffects, forgetBars } from './sql/positions/forgetBars';
import { heedActions, readHeldSymbols, writeAccountPolicy } from './sql/positions/heedActions';
import { type HeldPosition, readPositions } from './sql/positions/readPositions';
import { type Discrepancy, verifyLedger } from './sql/positions/verifyLedger';
import { inWork, type Work } from './work';

/** What the execution service is made of. */
export interface ExecutionServiceOptions {
  /** The service's own pool. */
  readonly pool: ServicePool;
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
  /** Reactions to signals and market data, several at a time; the consumer group is `execution`. */
  readonly batchHandlers: Required<
    Pick<BatchHandlers, 'signal_generated' | 'market_data_updated' | 'corporate_action_updated'>
  >;
  /**
   * Places an order outside any strategy: decided by risk, stored, and submitted where it is allowed. It fills at its
   * account's series unless it names one. Calls that come at once share a transaction, see `createOrderGateway`.
   *
   * @throws TradingError `EXECUTION.INVALID_ORDER`, `MODEL.*`, `DATABASE.*`
   */
  placeOrder(request: OrderRequest): Promise<Order>;
  /**
   * What would become of an order that were placed now, risk's decision included: it is placed, read, and undone.
   *
   * @throws TradingError as `placeOrder`
   */
  previewOrder(request: OrderRequest): Promise<OrderHistory>;
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
  /** Books a fill that a broker reported, once however often. @throws TradingError `DATABASE.*` */
  bookFill(fill: ReportedFill): Promise<BookingOutcome>;
  /** Takes a fill back that a broker busted, by a correcting entry. @throws TradingError `DATABASE.*` */
  bustFill(bust: ReportedBust): Promise<BustOutcome>;
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
  /** After bars were taken back: see {@link forgetBars}. @throws TradingError `DATABASE.*` */
  forgetBars(bars: ForgottenBars): Promise<ForgottenEffects>;
  /** At which series orders fill that no strategy placed. */
  readonly series: {
    /** What was set, account by account. @throws TradingError `DATABASE.*` */
    list(): Promise<AccountSeries[]>;
    /** For orders from now on. @throws TradingError `MODEL.*` where it is no series, `DATABASE.*` */
    set(series: AccountSeries): Promise<void>;
  };
  readonly corporateActions: {
    /**
     * Brings positions up to the splits that are known, of one symbol or of all. Positions follow bars and events by
     * themselves; this is for a market that has no bar of the ex-date yet.
     *
     * @param through  `YYYY-MM-DD`: applies splits up to this ex-date; by the market's clock, unless given
     * @returns the symbols whose positions changed, and how many of them did
     * @throws TradingError `DATABASE.*`
     */
    apply(
      symbol?: string,
      through?: string,
    ): Promise<readonly { readonly symbol: string; readonly positions: number }[]>;
    /** Says whether an account holds whole shares only; an account keeps fractions unless it is said. @throws TradingError `DATABASE.*` */
    setWholeShares(accountId: string, wholeShares: boolean): Promise<void>;
  };
  /** Money of accounts: what trades moved, and what was paid in, earned and taken beside them. */
  readonly cash: Cash;
  /** What is held now, of every account. @throws TradingError `DATABASE.*` */
  positions(): Promise<HeldPosition[]>;
}

/** Makes the execution service. It holds no connection of its own. */
export function createExecutionService(options: ExecutionServiceOptions): ExecutionService {
  const { pool, correlationId, now = () => new Date() } = options;
  const command = <T>(work: (work: Work) => Promise<T>) => inWork(pool, work, correlationId);
  const brokers: Brokers = {
    paper: options.broker ?? createPaperBroker(),
    remoteAccounts: new Set(options.remoteAccounts),
  };
  const gateway = createOrderGateway({ pool, brokers, correlationId });
  return {
    batchHandlers: {
      signal_generated: (events, { tx }) =>
        placeForSignals(
          tx,
          brokers,
          events.map((event) => ({ signal: event.data, cause: causeOf(event) })),
        ),
      market_data_updated: async (events, { tx }) => {
        for (const ranges of inRounds(events.map(rangeOf))) await matchBars(tx, brokers, ranges);
      },
      // Every kind of action releases marks that were kept; only splits change positions.
      corporate_action_updated: async (events, { tx }) => {
        const lastOfEach = new Map(events.map((event) => [event.data.symbol, event]));
        for (const [symbol, event] of [...lastOfEach].sort(([one], [other]) => (one < other ? -1 : 1)))
          await heedActions(tx, symbol, null, causeOf(event));
      },
    },
    placeOrder: async (request) => gateway.place({ ...request, decidedAt: request.decidedAt ?? now() }),
    previewOrder: (request) =>
      command((work) => previewOrder(work, brokers, { ...request, decidedAt: request.decidedAt ?? now() })),
    cancelOrder: (orderId, reason) =>
      command(async (work) => {
        onlyOnPaper(brokers, await requireOrder(work, orderId));
        return cancelOrder(work, orderId, { reason, occurredAt: now() });
      }),
    replaceOrder: (orderId, replacement) =>
      command(async (work) => {
        const broker = paperBrokerOf(brokers, (await requireOrder(work, orderId)).accountId);
        return replaceOrder(work, brokers, orderId, {
          ...replacement,
          decidedAt: replacement.decidedAt ?? now(),
          by: broker === null ? 'the broker' : 'us',
        });
      }),
    bustFill: (bust) => command(({ tx, cause }) => bustFill(tx, bust, cause)),
    forgetBars: (bars) => forgetBars(poolSql(pool), bars),
    verify: (scope = {}) => verifyLedger(poolSql(pool), scope),
    auditPosition: (accountId, symbol, asOf) => auditPosition(pool, accountId, symbol, asOf ?? null),
    bookFill: (fill) => gateway.book(fill),
    listOrders: (filter = {}) => selectOrders(poolSql(pool), filter),
    orderHistory: async (orderId) => {
      const history = await selectOrderHistory(poolSql(pool), orderId);
      if (history !== undefined) return history;
      throw unknownOrder(orderId);
    },
    readOrder: (orderId) => command((work) => requireOrder(work, orderId)),
    expiredOrders: (date) => readExpiredOrders(poolSql(pool), date),
    series: {
      list: () => readAccountSeries(poolSql(pool)),
      async set(series) {
        parseDataSource(series.tradingSource);
        await writeAccountSeries(poolSql(pool), series);
      },
    },
    corporateActions: {
      async apply(symbol, through) {
        const symbols = await readHeldSymbols(poolSql(pool), symbol ?? null);
        const changed: { symbol: string; positions: number }[] = [];
        for (const held of symbols) {
          const positions = await command(({ tx, cause }) => heedActions(tx, held, through ?? null, cause));
          if (positions > 0) changed.push({ symbol: held, positions });
        }
        return changed;
      },
      setWholeShares: (accountId, wholeShares) => writeAccountPolicy(poolSql(pool), accountId, wholeShares),
    },
    cash: createCash(poolSql(pool), now, correlationId),
    positions: () => readPositions(poolSql(pool)),
  };
}

function causeOf(event: TradingEvent): Cause {
  return { correlationId: event.correlationId, causationId: event.id };
}

function rangeOf(event: TradingEvent<'market_data_updated'>): BarRange {
  const { symbol, dataSource, from, to, updated } = event.data;
  return { symbol, dataSource, from: new Date(from), to: new Date(to), updated, cause: causeOf(event) };
}

/** Rounds with one range of each market, in their order: each mark of a position is seen, as if events came one at a time. */
function inRounds(ranges: readonly BarRange[]): BarRange[][] {
  const rounds: BarRange[][] = [];
  const seen = new Map<string, number>();
  for (const range of ranges) {
    const market = `${range.symbol}\n${range.dataSource}`;
    const round = seen.get(market) ?? 0;
    seen.set(market, round + 1);
    const members = rounds[round];
    if (members === undefined) rounds.push([range]);
    else members.push(range);
  }
  return rounds;
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
