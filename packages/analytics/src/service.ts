import { inTransaction, poolSql, type ServicePool } from '@trading/database';
import { Decimal } from '@trading/model';
import { type AccountHistory, accountHistory, type Period } from './accountHistory';
import { type AnalyticsCache, createAnalyticsCache } from './analyticsCache';
import { type FigureHandlers, figureHandlers, type UnreadableStrategyListener } from './figureHandlers';
import { type PeriodSummary, periodSummary } from './periodSummary';
import { type ReportRequest, type SummaryReport, writeReport } from './report';
import { lockFigures } from './sql/lockFigures';
import { summaryKey } from './summaryKey';

/** What the analytics service needs. */
export interface AnalyticsServiceOptions {
  readonly pool: ServicePool;
  /** A year's risk-free rate as a fraction, decimal text. 0. */
  readonly riskFreeRate?: string;
  /** How long a computed summary may be served. It is forgotten earlier when its figures change. 1 hour. */
  readonly summaryTtlMs?: number;
  /** Told of each active strategy whose stored parameters can't be read; its figures are not computed. */
  readonly onUnreadableStrategy?: UnreadableStrategyListener;
  /** The clock by which cached values expire. */
  readonly now?: () => Date;
}

/** Fills and bars to figures: daily equity, returns, Sharpe ratio, drawdown and win rate of every active strategy. */
export interface AnalyticsService {
  /** For a consumer of the group `analytics`. */
  readonly batchHandlers: FigureHandlers;
  readonly cache: AnalyticsCache;
  /** How a strategy did in all, from the cache where it is there. @throws TradingError `ANALYTICS.NO_FIGURES` */
  summary(strategyId: string): Promise<PeriodSummary>;
  /** A strategy's equity of each date and its fills, for research. @throws TradingError `ANALYTICS.NO_FIGURES` */
  history(strategyId: string, period?: Period): Promise<AccountHistory>;
  /** Writes a report, see `writeReport`. */
  report(request: ReportRequest): Promise<SummaryReport>;
}

const HOUR_MS = 3_600_000;

/** Makes the analytics service over its pool; it holds nothing that needs closing. */
export function createAnalyticsService(options: AnalyticsServiceOptions): AnalyticsService {
  const sql = poolSql(options.pool);
  const settings = {
    riskFreeRate: new Decimal(options.riskFreeRate ?? '0'),
    onUnreadableStrategy: options.onUnreadableStrategy ?? (() => {}),
  };
  const cache = createAnalyticsCache(sql, options.now);
  return {
    batchHandlers: figureHandlers(settings),
    cache,
    async summary(strategyId) {
      const key = summaryKey(strategyId);
      const cached = await cache.get(key);
      // What is under this key was put there below, and is gone once its figures changed.
      if (cached !== undefined) return cached as PeriodSummary;
      return await inTransaction(options.pool, async (tx) => {
        // Whoever computes figures waits, or is waited for: else a summary of figures that just changed could be kept.
        await lockFigures(tx);
        const summary = await periodSummary(tx, strategyId);
        await createAnalyticsCache(tx, options.now).put(key, summary, options.summaryTtlMs ?? HOUR_MS);
        return summary;
      });
    },
    history: (strategyId, period = {}) => accountHistory(sql, strategyId, period),
    report: (request) => writeReport(sql, request),
  };
}
