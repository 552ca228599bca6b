import { createRequire } from 'node:module';
import { openingCash, type TradingSystem } from '@trading/system';

/** What the demo trades, and with what. */
export interface DemoPlan {
  readonly symbol: string;
  /** A file of Yahoo's daily form. */
  readonly csv: string;
  readonly accountId: string;
  readonly strategyId: string;
  /** Decimal text. */
  readonly startingCapital: string;
}

/** The series at whose prices the demo trades. */
export const DEMO_SERIES = 'yahoo';

/** The sample that comes with the project: AAPL, daily, May 2013 to May 2018. */
export function samplePath(): string {
  return createRequire(__filename).resolve('@observablehq/sample-datasets/aapl.csv');
}

/** The plan for a symbol and its file. */
export function planDemo(symbol: string, csv: string): DemoPlan {
  return {
    symbol,
    csv,
    // An account each, so that one demo's limits and figures are not another's.
    accountId: `DEMO-${symbol}`,
    strategyId: `sma-20-50-${symbol.toLowerCase()}`,
    startingCapital: '100000',
  };
}

/** Puts the strategy, its account's limits and one alert in place; what is there already stays as it is. */
export async function prepareDemo(system: TradingSystem, plan: DemoPlan): Promise<void> {
  const { accountId, strategyId, startingCapital, symbol } = plan;
  const { outcome } = await system.strategy.register({
    strategyId,
    name: `${symbol} moving average crossover, 20 over 50 days`,
    parameters: {
      kind: 'moving_average_crossover',
      accountId,
      symbols: [symbol],
      signalSource: 'yahoo_adjusted',
      tradingSource: DEMO_SERIES,
      startingCapital,
      fast: 20,
      slow: 50,
      allocation: '0.95',
    },
  });
  if (outcome === 'created') await system.strategy.activate(strategyId);
  await system.risk.limits.openAccount(accountId, startingCapital);
  await openingCash(system.execution, accountId, startingCapital);
  await system.risk.limits.setPosition(accountId, symbol, { maxNotional: '250000' });
  await system.notification.defineAlert({
    alertId: alertOf(plan),
    name: 'A trade lost more than 1,000',
    eventType: 'trade_executed',
    rule: {
      conditions: [
        { field: 'accountId', op: 'eq', value: accountId },
        { field: 'realizedPnl', op: 'lt', value: '-1000' },
      ],
    },
    channel: 'log',
  });
}

/** The id of the demo's alert. */
export function alertOf({ accountId }: DemoPlan): string {
  return `losing-trade-${accountId.toLowerCase()}`;
}
