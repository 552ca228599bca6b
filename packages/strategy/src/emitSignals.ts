import type { EventHandler, HandlerContext } from '@trading/event-bus';
import type { EventData, TradingEvent } from '@trading/model';
import type { PreparedRules } from './preparedRules';
import type { ReadyRule } from './rules/catalogue';
import type { Close, Verdict } from './rules/signalRule';
import { signalId } from './signalId';
import { insertSignal } from './sql/insertSignal';
import { selectActiveStrategies } from './sql/selectActiveStrategies';
import { selectCloses } from './sql/selectCloses';
import { targetNotional } from './targetNotional';

/**
 * Evaluates every active strategy that reads the series, on the last bar of the event only and on nothing after it: a
 * backfill gives no orders for the past, and a replay over a full database sees what live trading saw.
 */
export function emitSignals(rules: PreparedRules): EventHandler<'market_data_updated'> {
  return async (event, context) => {
    const { symbol, dataSource } = event.data;
    const until = new Date(event.data.to);
    const rows = await selectActiveStrategies(context.tx, { signalSource: dataSource, symbol });
    const candidates = rows.flatMap((row) => {
      const rule = rules.ruleOf(row);
      return rule === null ? [] : [{ strategyId: row.strategy_id, rule }];
    });
    if (candidates.length === 0) return;
    const count = Math.max(...candidates.map(({ rule }) => rule.closesNeeded));
    const closes = await selectCloses(context.tx, { symbol, dataSource, until, count });
    const bar = closes.at(-1);
    // Bars may have been taken back since the event was published.
    if (bar === undefined || bar.timestamp.getTime() !== until.getTime()) return;
    for (const { strategyId, rule } of candidates) {
      const verdict = rule.evaluate(closes.slice(-rule.closesNeeded));
      if (verdict.signal !== 'hold') await emit(event, context, strategyId, rule, bar, verdict);
    }
  };
}

async function emit(
  event: TradingEvent<'market_data_updated'>,
  { tx, publish }: HandlerContext,
  strategyId: string,
  { parameters }: ReadyRule,
  bar: Close,
  verdict: Verdict,
): Promise<void> {
  const { symbol, dataSource } = event.data;
  const id = signalId(strategyId, symbol, bar.timestamp);
  const isNew = await insertSignal(tx, {
    signalId: id,
    strategyId,
    symbol,
    signal: verdict.signal,
    strength: verdict.strength,
    barTimestamp: bar.timestamp,
    price: bar.close,
    dataSource,
    correlationId: event.correlationId,
  });
  if (!isNew) return;
  const data: EventData<'signal_generated'> = {
    signalId: id,
    strategyId,
    accountId: parameters.accountId,
    symbol,
    signal: verdict.signal,
    strength: verdict.strength.toFixed(2),
    targetNotional: targetNotional(parameters, verdict).toString(),
    price: bar.close.toString(),
    barTimestamp: bar.timestamp.toISOString(),
    dataSource,
  };
  publish('signal_generated', data, { occurredAt: event.occurredAt });
}
