import type { BatchHandler } from '@trading/event-bus';
import { performanceRow } from './performanceRow';
import { upsertPerformance } from './sql/upsertPerformance';

/** Keeps the figures that analytics computed of strategies' trading dates: of each date the last that it told. */
export const recordPerformance: BatchHandler<'performance_updated'> = async (events, { tx }) => {
  const rows = events.map(({ data }) => performanceRow(data));
  const last = new Map(rows.map((row) => [`${row.strategyId}\n${row.date}`, row]));
  await upsertPerformance(tx, [...last.values()]);
};
