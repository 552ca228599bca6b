import { TradingError } from '@trading/model';
import type { PoolClient } from 'pg';
import { normalizeError } from '../normalizeError';
import { CopyDecoder } from './copyDecoder';
import { CopyOutQuery } from './copyOutQuery';

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
  const read = (bytes: Buffer) => {
    if (readError !== undefined) return;
    try {
      decoder.push(bytes);
      while (decoder.next(fields)) {
        readRow(decoder);
        rows += 1;
      }
    } catch (error) {
      readError = error;
    }
  };
  await new Promise<void>((resolve, reject) => {
    client.query(
      new CopyOutQuery(statement, read, (error) => (error ? reject(normalizeError(error)) : resolve())),
    );
  });
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
