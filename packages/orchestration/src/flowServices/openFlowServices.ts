import { runBacktest } from '@trading/backtest';
import type { LocalRuntime } from '@trading/local';
import { dailyBarStart, endOfDate, isTradingError } from '@trading/model';
import { differenceText, openTradingSystem, type TradingSystemOptions } from '@trading/system';
import type { FlowServices } from '../catalogue/flowServices';
import { flowMarketData, type ProviderOf } from './marketData';

/** What flows run on. */
export interface FlowSystem extends Omit<TradingSystemOptions, 'correlationId'> {
  /** Of the run: joins what it causes. */
  readonly correlationId: string;
  readonly runtime: LocalRuntime;
  readonly providerOf: ProviderOf;
}

/** Opens all services for one run of a flow, and joins them to what flows ask for. */
export async function openFlowServices({
  runtime,
  providerOf,
  ...options
}: FlowSystem): Promise<FlowServices> {
  const { remote, correlationId } = options;
  const system = await openTradingSystem(options);
  const { strategy, execution, brokerSession, risk, analytics, notification, logging } = system;
  return {
    marketData: flowMarketData(system, providerOf),
    events: { drain: () => system.drain() },
    strategies: {
      active: async () =>
        (await strategy.list())
          .filter(({ status }) => status === 'active')
          .map(({ strategyId }) => strategyId),
    },
    orders: {
      expired: (date) => execution.expiredOrders(date),
      cancel: async (orderId, reason) => {
        const { accountId } = await execution.readOrder(orderId);
        // Where its broker can't be reached from here, the service says so.
        if (brokerSession !== undefined && accountId === remote?.accountId)
          await brokerSession.cancel(orderId, reason);
        else await execution.cancelOrder(orderId, reason);
      },
      positions: () => execution.positions(),
      reconcile: async () => {
        const atBroker = await brokerSession?.reconcile();
        const inLedger = await execution.verify();
        return [
          ...(atBroker?.differences ?? []).map((each) => differenceText(each, remote?.broker.name ?? '')),
          ...inLedger.map(
            ({ what, id, field, stored, derived }) =>
              `${what} ${id}: ${field} is ${stored ?? 'missing'}, from the trades ${derived ?? 'nothing'}`,
          ),
        ];
      },
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
    },
    backtest: (request, signal) =>
      runBacktest({ bars: system.ingestion.bars, strategy, risk }, request, { signal }),
    notification: {
      send: async (key, text) => {
        await logging.logOnce({ eventType: key, service: 'notification', message: text, correlationId });
        await notification.deliver();
      },
    },
    system: {
      health: async () =>
        (await runtime.doctor()).checks.map(({ name, ok, detail }) => ({ check: name, ok, message: detail })),
      logCounts: (date) => logging.countLines(dailyBarStart(date), endOfDate(date)),
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
