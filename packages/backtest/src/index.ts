export type { BacktestStrategies } from './backtestPlan';
export {
  type BacktestFigures,
  type BacktestFill,
  type BacktestRequest,
  type BacktestResult,
  backtestRequest,
} from './backtestRequest';
export { type BacktestProgress, type BacktestServices, runBacktest } from './runBacktest';
export { accountTearSheet, type Benchmark, backtestTearSheet } from './tearSheet/compose';
export { renderTearSheet, type TearSheet } from './tearSheet/tearSheet';
