import type { Connection, LocalRuntime } from '@trading/local';
import { isTradingError, TradingError } from '@trading/model';
import { createXnysCalendar, type FlowServices } from '@trading/orchestration';
import type { Environment } from '../../environment';
import { openTradingSystem } from '../tradingSystem';
import { expiredOrders } from './expiredOrders';
import { logCounts, logSummaryOnce } from './logLines';
import { flowMarketData } from './marketData';
import { positionLines } from './positionLines';

/** What flows run on. */
interface FlowSystem {
  readonly connection: Connection;
  readonly runtime: LocalRuntime;
  readonly environment: Environment;
  readonly tradingSource: string;
  readonly onWarning: (message: string) => void;
}

/** Opens all services for one run of a flow, and joins them to what flows ask for. */
export function openFlowServices({ runtime, environment, ...options }: FlowSystem): FlowServices {
  const system = openTradingSystem(options);
  const { strategy, execution, risk, analytics, notification, pools } = system;
  return {
    calendar: createXnysCalendar(),
    marketData: flowMarketData(system, environment),
    events: { drain: () => system.drain() },
    strategies: {
      active: async () =>
        (await strategy.list())
          .filter(({ status }) => status === 'active')
          .map(({ strategyId }) => strategyId),
    },
    orders: {
      expired: (date) => expiredOrders(pools.execution, date),
      cancel: async (orderId, reason) => {
        await execution.cancelOrder(orderId, reason);
      },
      positions: () => positionLines(pools.execution),
      reconcile: async () =>
        (await execution.verify()).map(
          ({ what, id, field, stored, derived }) =>
            `${what} ${id}: ${field} is ${stored ?? 'missing'}, from the trades ${derived ?? 'nothing'}`,
        ),
    },
    risk: {
      limits: async () =>
        (await risk.limits.list())
          .filter(({ active }) => active)
          .map(({ accountId, type, value, current, breachedAt }) => ({
            accountId,
            limit: type,
            value: value.toString(),
            current: current?.toString() ?? null,
            breached: breachedAt !== null,
          })),
      openEvents: async () => (await risk.events.list({ openOnly: true })).map(({ message }) => message),
    },
    analytics: {
      performance: (strategyId) =>
        unlessEmpty(async () => {
          const summary = await analytics.summary(strategyId);
          const { from, to, finalEquity, totalReturn, sharpeRatio, maxDrawdown, winRate } = summary;
          return { strategyId, from, to, finalEquity, totalReturn, sharpeRatio, maxDrawdown, winRate };
        }),
      report: (strategyId, period) =>
        unlessEmpty(async () => {
          const { reportId } = await analytics.report({ type: 'period_summary', strategyId, ...period });
          return reportId;
        }),
      backtest: () =>
        Promise.reject(new TradingError('FLOW.NOT_AVAILABLE', 'there is no backtest engine to run yet')),
    },
    notification: {
      send: async (key, text) => {
        await logSummaryOnce(pools.logging, key, text);
        await notification.deliver();
      },
    },
    system: {
      health: async () =>
        (await runtime.doctor()).checks.map(({ name, ok, detail }) => ({ check: name, ok, message: detail })),
      logCounts: (date) => logCounts(pools.logging, date),
    },
    [Symbol.asyncDispose]: () => system[Symbol.asyncDispose](),
  };
}

/** Undefined where there are no figures, which is no error for a flow. */
async function unlessEmpty<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isTradingError(error, 'ANALYTICS.NO_FIGURES')) return undefined;
    throw error;
  }
}
