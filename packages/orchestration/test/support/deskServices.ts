import type { FlowServices } from '../../src/index';

/** What a desk's services would do, kept in memory: which calls came in which order. */
export function deskServices(changes: { reconcile?: readonly string[] } = {}) {
  const calls: string[] = [];
  const heard = <T>(call: string, answer: T): Promise<T> => {
    calls.push(call);
    return Promise.resolve(answer);
  };
  const services: FlowServices = {
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
    },
    backtest: ({ strategy = '', from, to, seed }) =>
      heard(`backtest ${strategy} ${from} ${to}`, {
        figures: {
          strategyId: strategy,
          symbols: ['AAPL'],
          signalSource: 'yahoo_adjusted',
          tradingSource: 'yahoo',
          from,
          to,
          days: 2,
          bars: 2,
          signals: 1,
          orders: { filled: 1 },
          refusals: [],
          trades: 1,
          commission: '1',
          turnover: '1000',
          startingEquity: '100000',
          finalEquity: '100100',
          totalReturn: '0.001',
          sharpeRatio: '1.5',
          maxDrawdown: '-0.02',
          closedTrades: 0,
          wins: 0,
          losses: 0,
          breakevens: 0,
          winRate: null,
          seed,
        },
        fills: [
          {
            symbol: 'AAPL',
            side: 'buy' as const,
            quantity: '10',
            price: '100',
            commission: '1',
            realizedPnl: '-1',
            executedAt: '2025-01-08T05:00:00.000Z',
          },
        ],
        equityCurve: [{ date: to, equity: '100100' }],
      }),
    notification: { send: (key) => heard(`send ${key}`, undefined) },
    system: {
      health: () => heard('health', [{ check: 'postgres', ok: true, message: 'answers' }]),
      logCounts: (date) => heard(`logCounts ${date}`, [{ service: 'ingestion', level: 'info', lines: 4 }]),
    },
    [Symbol.asyncDispose]: () => heard('closed', undefined),
  };
  return { calls, services };
}
