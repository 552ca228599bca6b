import type { EventHandler } from '@trading/event-bus';
import { performanceRow } from './performanceRow';
import { upsertPerformance } from './sql/upsertPerformance';

/** Keeps the figures that analytics computed of a strategy's trading date. */
export const recordPerformance: EventHandler<'performance_updated'> = async (event, { tx }) => {
  await upsertPerformance(tx, performanceRow(event.data));
};
