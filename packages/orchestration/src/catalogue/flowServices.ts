import type { BacktestRequest, BacktestResult } from '@trading/backtest';

/** A series of bars that is kept up to date. */
export interface WatchedSeries {
  readonly symbol: string;
  readonly dataSource: string;
}

/** What a fetch brought. */
export interface FetchedBars {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
}

/** What a check of a series found. */
export interface QualityProblem {
  readonly symbol: string;
  readonly dataSource: string;
  /** Which check, e.g. `missing_session`. */
  readonly check: string;
  /** `fail` makes the series unfit to trade on; a `warning` is worth a look. */
  readonly status: 'warning' | 'fail';
  /** Start of the bar that it is about, ISO 8601; null where it is about none. */
  readonly bar: string | null;
  readonly message: string;
}

/** A part of the history that was or would be dropped. */
export interface ArchivedPart {
  readonly name: string;
  readonly until: string;
}

/** A position as it is stored; numbers are decimal text. */
export interface PositionLine {
  readonly accountId: string;
  readonly symbol: string;
  readonly quantity: string;
  readonly marketValue: string | null;
  readonly unrealizedPnl: string | null;
}

/** A limit and what the last check measured. */
export interface LimitLine {
  readonly accountId: string;
  readonly limit: string;
  readonly value: string;
  readonly current: string | null;
  readonly breached: boolean;
}

/** How a strategy did; numbers are decimal text. */
export interface PerformanceLine {
  readonly strategyId: string;
  readonly from: string;
  readonly to: string;
  readonly finalEquity: string;
  readonly totalReturn: string | null;
  readonly sharpeRatio: string | null;
  readonly maxDrawdown: string;
  readonly winRate: string | null;
}

/** One finding about the health of the system. */
export interface HealthFinding {
  readonly check: string;
  readonly ok: boolean;
  readonly message: string;
}

/** How many log lines of a kind there were. */
export interface LogCount {
  readonly service: string;
  readonly level: string;
  readonly lines: number;
}

/**
 * What flows need of the services. The composition root implements it; orchestration knows no service. Every method may be
 * called again after a crash in its middle and leaves the same behind.
 */
export interface FlowServices extends AsyncDisposable {
  readonly marketData: {
    watched(): Promise<readonly WatchedSeries[]>;
    /** Brings a series up to a date, `YYYY-MM-DD`, that date included. */
    fetch(series: WatchedSeries, through: string, signal: AbortSignal): Promise<FetchedBars>;
    /** Runs every check over a series as it was at the end of a date, and keeps what was found; nothing where all is well. */
    check(series: WatchedSeries, date: string): Promise<readonly QualityProblem[]>;
    /** Drops whole partitions that end before a date; with `dryRun` only tells which. */
    archiveBefore(date: string, options: { dryRun: boolean }): Promise<readonly ArchivedPart[]>;
  };
  readonly events: {
    /** Lets every service handle what was published, until nothing is left; how many events were handled. */
    drain(): Promise<number>;
  };
  readonly strategies: {
    active(): Promise<readonly string[]>;
  };
  readonly orders: {
    /** Ids of orders that still work though their day is over at the end of `date`. */
    expired(date: string): Promise<readonly string[]>;
    cancel(orderId: string, reason: string): Promise<void>;
    positions(): Promise<readonly PositionLine[]>;
    /**
     * Differences between our books and the remote broker's, where there is one, and between the ledger and what is derived
     * from its trades again; none where all is well.
     */
    reconcile(): Promise<readonly string[]>;
  };
  readonly risk: {
    limits(): Promise<readonly LimitLine[]>;
    /** Messages of events that nobody resolved yet. */
    openEvents(): Promise<readonly string[]>;
  };
  readonly analytics: {
    /** Undefined where a strategy has no figures yet. */
    performance(strategyId: string): Promise<PerformanceLine | undefined>;
    /** Writes the report of a period and gives its id; undefined where there are no figures in it. */
    report(strategyId: string, period: { from: string; to: string }): Promise<string | undefined>;
  };
  /** Trades stored bars as if they came now, on an account of its own: nothing is written. */
  backtest(request: BacktestRequest, signal: AbortSignal): Promise<BacktestResult>;
  readonly notification: {
    /** Sends a text to whoever reads daily summaries, once for each key. */
    send(key: string, text: string): Promise<void>;
  };
  readonly system: {
    health(): Promise<readonly HealthFinding[]>;
    /** Log lines of a New York date by service and level. */
    logCounts(date: string): Promise<readonly LogCount[]>;
  };
}

/** Opens the services for one run; they are closed when it ends. What the run causes is joined by its correlation id. */
export type OpenFlowServices = (run: { readonly correlationId: string }) => Promise<FlowServices>;
