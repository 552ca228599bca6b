import { TradingError } from '@trading/model';
import type { PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { normalizeError } from '../normalizeError';
import { CopyDecoder } from './copyDecoder';

/**
 * Runs a `COPY (...) TO STDOUT (FORMAT binary)` and hands each row to `readRow`, which must read every field.
 *
 * COPY takes no parameters: what a statement is made of must be literals of the driver's own quoting
 * (`client.escapeLiteral`), never a caller's text.
 *
 * @param fields  columns of the statement
 * @returns how many rows there were
 * @throws TradingError `DATABASE.*`, or whatever `readRow` throws
 */
export async function copyOut(
  client: PoolClient,
  statement: string,
  fields: number,
  readRow: (row: CopyDecoder) => void,
): Promise<number> {
  const decoder = new CopyDecoder();
  let rows = 0;
  // A reader that throws must not leave the connection in the middle of a COPY: the rest is read and dropped.
  let readError: unknown;
  try {
    for await (const chunk of client.query(copyTo(statement))) {
      if (readError !== undefined) continue;
      try {
        decoder.push(chunk as Buffer);
        while (decoder.next(fields)) {
          readRow(decoder);
          rows += 1;
        }
      } catch (error) {
        readError = error;
      }
    }
  } catch (error) {
    throw normalizeError(error);
  }
  if (readError !== undefined) throw readError;
  if (decoder.ended) return rows;
  throw new TradingError(
    'DATABASE.MALFORMED_COPY',
    `the server's binary COPY ended after ${rows} rows without its end marker`,
    {
      kind: 'operational',
    },
  );
}
