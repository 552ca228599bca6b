import { createXnysCalendar, type FlowServices } from '../../src/index';

/** What a desk's services would do, kept in memory: which calls came in which order. */
export function deskServices(changes: { reconcile?: readonly string[] } = {}) {
  const calls: string[] = [];
  const heard = <T>(call: string, answer: T): Promise<T> => {
    calls.push(call);
    return Promise.resolve(answer);
  };
  const services: FlowServices = {
    calendar: createXnysCalendar(),
    marketData: {
      watched: () =>
        heard('watched', [
          { symbol: 'AAPL', dataSource: 'yahoo' },
          { symbol: 'MSFT', dataSource: 'yahoo' },
        ]),
      fetch: ({ symbol }, through) =>
        heard(`fetch ${symbol} ${through}`, { inserted: 1, updated: 0, unchanged: 0, rejected: 0 }),
      check: ({ symbol }, date) => heard(`check ${symbol} ${date}`, []),
      archiveBefore: (date, { dryRun }) =>
        heard(`archive ${date} ${dryRun}`, [{ name: 'market_data_2000', until: '2001-01-01' }]),
    },
    events: { drain: () => heard('drain', 3) },
    strategies: { active: () => heard('active', ['ma']) },
    orders: {
      expired: (date) => heard(`expired ${date}`, ['order-1']),
      cancel: (orderId) => heard(`cancel ${orderId}`, undefined),
      positions: () =>
        heard('positions', [
          { accountId: 'demo', symbol: 'AAPL', quantity: '5', marketValue: '500', unrealizedPnl: '20' },
        ]),
      reconcile: () => heard('reconcile', changes.reconcile ?? []),
    },
    risk: {
      limits: () =>
        heard('limits', [
          { accountId: 'demo', limit: 'max_drawdown', value: '0.5', current: '0.1', breached: false },
        ]),
      openEvents: () => heard('openEvents', ['order denied']),
    },
    analytics: {
      performance: (strategyId) =>
        heard(`performance ${strategyId}`, {
          strategyId,
          from: '2025-01-02',
          to: '2025-01-08',
          finalEquity: '100500',
          totalReturn: '0.005',
          sharpeRatio: null,
          maxDrawdown: '-0.01',
          winRate: null,
        }),
      report: (strategyId, { from, to }) =>
        heard(`report ${strategyId} ${from} ${to}`, `${strategyId}:${from}:${to}`),
      backtest: ({ symbol }) =>
        heard(`backtest ${symbol}`, {
          bars: 10,
          trades: 1,
          totalReturn: '0.1',
          sharpeRatio: '1.5',
          maxDrawdown: '-0.02',
        }),
    },
    notification: { send: (key) => heard(`send ${key}`, undefined) },
    system: {
      health: () => heard('health', [{ check: 'postgres', ok: true, message: 'answers' }]),
      logCounts: (date) => heard(`logCounts ${date}`, [{ service: 'ingestion', level: 'info', lines: 4 }]),
    },
    [Symbol.asyncDispose]: () => heard('closed', undefined),
  };
  return { calls, services };
}
