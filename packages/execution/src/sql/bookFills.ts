import type { Sql } from '@trading/database';
import type { FillParameters } from './bookFill';

/** What became of one fill of a batch: `deferred` ones are to be booked one at a time. */
export interface BatchedFillRow {
  readonly execution_id: string;
  readonly order_id: string;
  readonly outcome: 'booked' | 'duplicate' | 'deferred';
}

const TEXT = 'SELECT * FROM execution.book_fills($1)';

/** Books and publishes fills in one statement, so with one commit. */
export function bookFillRows(
  sql: Sql,
  fills: readonly (FillParameters & { readonly accountId: string })[],
): Promise<BatchedFillRow[]> {
  return sql.query<BatchedFillRow & { [column: string]: unknown }>(
    TEXT,
    [JSON.stringify(fills)],
    'execution.bookFills',
  );
}
