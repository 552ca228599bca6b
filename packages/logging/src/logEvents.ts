import type { Sql, Transaction } from '@trading/database';
import type { BatchHandlers } from '@trading/event-bus';
import { EVENT_TYPES, type EventType, type TradingEvent } from '@trading/model';
import { insertSystemLogs } from './sql/insertSystemLogs';
import { insertTradingLogs } from './sql/insertTradingLogs';
import { systemLogLine } from './systemLog';
import { tradingLogLine } from './tradingLog';

/** Writes what events leave in the logs: at most two statements, however many events. */
export async function logEvents(sql: Sql | Transaction, events: readonly TradingEvent[]): Promise<void> {
  if (events.length === 0) return;
  await insertSystemLogs(sql, events.map(systemLogLine));
  const trading = events.flatMap((event) => tradingLogLine(event) ?? []);
  if (trading.length > 0) await insertTradingLogs(sql, trading);
}

/** Handlers that log every event of every type, a batch at a time. */
export function loggingHandlers(): Required<BatchHandlers> {
  const log = (events: readonly TradingEvent[], { tx }: { readonly tx: Transaction }) =>
    logEvents(tx, events);
  const handlers: Partial<Record<EventType, typeof log>> = {};
  for (const type of EVENT_TYPES) handlers[type] = log;
  // The catalogue's types are the keys that the loop went through.
  return handlers as Required<BatchHandlers>;
}
