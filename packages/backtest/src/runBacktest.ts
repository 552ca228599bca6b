import { setImmediate as turn } from 'node:timers/promises';
import { evaluateAccount } from '@trading/analytics';
import type { BarReader } from '@trading/ingestion';
import { Decimal, TradingError, tradingDate } from '@trading/model';
import { readBars, type SymbolBars } from './backtestBars';
import { type BacktestPlan, type BacktestStrategies, planBacktest } from './backtestPlan';
import type { BacktestFill, BacktestRequest, BacktestResult } from './backtestRequest';
import { momentsOf, type SimulatedTrading, simulateTrading } from './simulateTrading';

/** What a backtest reads. It writes nothing. */
export interface BacktestServices extends BacktestStrategies {
  readonly bars: BarReader;
}

/** How far a backtest is, in bars' starts, and the trading date that it is at. */
export type BacktestProgress = (progress: {
  readonly done: number;
  readonly total: number;
  readonly date: string;
}) => void;

/** Moments between two looks at the signal: often enough for Ctrl-C, too seldom to cost time. */
const MOMENTS_A_TURN = 100;
const MOST_REFUSALS = 5;

/**
 * Trades stored bars as if they came now, on an account in memory: the same bars through the services give the same fills
 * and the same equity. It reads bars, strategies and limits, and writes nothing.
 *
 * @throws TradingError `BACKTEST.*`, `STRATEGY.*`, `MODEL.*`, `DATABASE.*`
 */
export async function runBacktest(
  services: BacktestServices,
  request: BacktestRequest,
  options: { readonly signal: AbortSignal; readonly onProgress?: BacktestProgress },
): Promise<BacktestResult> {
  const plan = await planBacktest(services, request);
  const bars = await readBars(services.bars, plan);
  const total = momentsOf(bars).length;
  const steps = simulateTrading(plan, bars);
  for (let done = 1; ; done += 1) {
    const step = steps.next();
    if (step.done === true) return resultOf(plan, bars, step.value);
    if (done % MOMENTS_A_TURN !== 0 && done !== total) continue;
    const date = tradingDate(step.value);
    options.onProgress?.({ done, total, date });
    await turn();
    if (options.signal.aborted) {
      throw new TradingError(
        'BACKTEST.INTERRUPTED',
        `the backtest was stopped at ${date}; nothing was written, run it again from the start`,
        { kind: 'operational', details: { date } },
      );
    }
  }
}

function resultOf(
  plan: BacktestPlan,
  bars: readonly SymbolBars[],
  { signals, orders, fills, closes }: SimulatedTrading,
): BacktestResult {
  const { curve, figures } = evaluateAccount(
    plan.capital,
    closes,
    fills.map((fill) => ({ ...fill, date: tradingDate(fill.executedAt) })),
  );
  const sum = (values: readonly Decimal[]) =>
    values.reduce((total, value) => total.plus(value), new Decimal(0)).toString();
  const byStatus: Record<string, number> = {};
  for (const { status } of orders) byStatus[status] = (byStatus[status] ?? 0) + 1;
  const refusals = new Set(
    orders.flatMap(({ status, reason }) => (status === 'rejected' ? (reason ?? []) : [])),
  );
  const { symbols, signalSource, tradingSource } = plan.ready.parameters;
  return {
    figures: {
      strategyId: plan.strategyId,
      symbols,
      signalSource,
      tradingSource,
      from: curve[0]?.date ?? plan.from,
      to: curve.at(-1)?.date ?? plan.to,
      days: curve.length,
      bars: bars.reduce((count, { trading }) => count + trading.length, 0),
      signals,
      orders: byStatus,
      refusals: [...refusals].slice(0, MOST_REFUSALS),
      trades: fills.length,
      commission: sum(fills.map(({ commission }) => commission)),
      turnover: sum(fills.map(({ quantity, price }) => quantity.times(price))),
      ...figures,
      seed: plan.seed,
    },
    fills: fills.map(
      (fill): BacktestFill => ({
        symbol: fill.symbol,
        side: fill.side,
        quantity: fill.quantity.toString(),
        price: fill.price.toString(),
        commission: fill.commission.toString(),
        realizedPnl: fill.realizedPnl.toString(),
        executedAt: fill.executedAt.toISOString(),
      }),
    ),
    equityCurve: curve.map(({ date, equity }) => ({ date, equity: equity.toString() })),
  };
}
