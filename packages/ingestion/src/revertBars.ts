import { randomUUID } from 'node:crypto';
import { inTransaction } from '@trading/database';
import { parseDataSource, parseSymbol, TradingError } from '@trading/model';
import { bucketOf } from './bulk/bucket';
import type { IngestionTools } from './ingestionTools';
import type { SeriesKey } from './seriesKey';
import { lockBuckets } from './sql/lockBuckets';
import { removeBars, restoreBars } from './sql/revertBars';

/** Bars of one series that are wrong. */
export interface BarRevert extends SeriesKey {
  /** The first and the last moment at which a wrong bar starts, both included. */
  readonly from: Date;
  readonly to: Date;
  /** The bars as they were known then are kept, and come back where they were corrected since. None is, unless given. */
  readonly knownAt?: Date;
  /** True to be told what would happen. */
  readonly dryRun?: boolean;
}

/** What was taken back, or would be. */
export interface BarRevertSummary {
  readonly removed: number;
  readonly restored: number;
}

/**
 * Takes bars back, in one transaction: those that came in since `knownAt` are removed, those that were corrected since
 * get their values back, and `market_data_updated` tells of the latter. What was removed stays in data_quality_logs, with
 * its values. The same call again finds nothing left to do.
 *
 * @throws TradingError `INGESTION.INVALID_RANGE`, `MODEL.*`, `DATABASE.*`
 */
export async function revertBars(
  { pool, publisher }: Pick<IngestionTools, 'pool' | 'publisher'>,
  { symbol, dataSource, from, to, knownAt, dryRun = false }: BarRevert,
): Promise<BarRevertSummary> {
  const key = { symbol: parseSymbol(symbol), dataSource: parseDataSource(dataSource).name };
  if (!(from <= to)) {
    throw new TradingError('INGESTION.INVALID_RANGE', 'from must be a moment that is not after to', {
      details: { field: 'from' },
    });
  }
  const range = { ...key, from, to, knownAt: knownAt ?? null };
  const summary: { current?: BarRevertSummary } = {};
  await inTransaction(pool, async (tx) => {
    await lockBuckets(tx, [bucketOf(key)]);
    const removed = await removeBars(tx, range);
    const restored = await restoreBars(tx, range);
    summary.current = { removed, restored: restored.bars };
    if (restored.first !== null && restored.last !== null) {
      const [first, last] = [restored.first, restored.last];
      await publisher.publishAll(tx, [
        {
          type: 'market_data_updated',
          data: {
            ...key,
            from: first.toISOString(),
            to: last.toISOString(),
            inserted: 0,
            updated: restored.bars,
          },
          correlationId: randomUUID(),
          occurredAt: last,
        },
      ]);
    }
    if (dryRun) throw new DryRun();
  }).catch((error: unknown) => {
    if (!(error instanceof DryRun)) throw error;
  });
  return summary.current ?? { removed: 0, restored: 0 };
}

/** Ends the transaction of a dry run, in which all was done but nothing is kept. */
class DryRun extends Error {}
