import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { normalizeError } from '../normalizeError';

/**
 * Runs a `COPY ... FROM STDIN (FORMAT binary)` with what a {@link CopyEncoder} made. All rows are stored or none: a
 * source that throws cancels it.
 *
 * @param buffers  made as they are sent, so that a slow server slows the source down
 * @returns how many rows the server stored
 * @throws TradingError `DATABASE.*`, or whatever the source throws
 */
export async function copyIn(
  client: PoolClient,
  statement: string,
  buffers: Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<number> {
  const copy = client.query(copyFrom(statement));
  try {
    await pipeline(Readable.from(buffers, { objectMode: true, highWaterMark: 2 }), copy);
  } catch (error) {
    throw normalizeError(error);
  }
  return copy.rowCount;
}
