export type { AccountHistory, Period } from './accountHistory';
export { type AnalyticsCache, createAnalyticsCache } from './analyticsCache';
export { type AnalyticsClient, createAnalyticsClient } from './client';
export { type AccountEvaluation, type EquityPoint, evaluateAccount } from './evaluateAccount';
export type { UnreadableStrategyListener } from './figureHandlers';
export { METRICS, type Metric } from './metricRows';
export { maxDrawdown } from './metrics/drawdown';
export { curveReturns } from './metrics/equityReturn';
export { type Fill, winRate } from './metrics/roundTrips';
export {
  DAILY_SHARPE,
  type ReturnStatistics,
  returnStatistics,
  type SharpeMethod,
  sharpeRatio,
} from './metrics/sharpeRatio';
export type { PeriodSummary } from './periodSummary';
export type { ReportRequest, SummaryReport } from './report';
export type { BenchmarkFigures } from './research/benchmarkFigures';
export { type Drawdown, underwater } from './research/drawdowns';
export { type CurvePoint, dailyReturns } from './research/equityCurve';
export { type ResearchFigures, researchFigures, type TrackRecord } from './research/researchFigures';
export { type ReturnFigures, rollingSharpe } from './research/returnFigures';
export type { RoundTrip } from './research/roundTripTable';
export {
  type AnalyticsService,
  type AnalyticsServiceOptions,
  createAnalyticsService,
} from './service';
export type { DailyClose } from './sql/selectDailyCloses';
export type { DatedFill } from './sql/selectFills';
