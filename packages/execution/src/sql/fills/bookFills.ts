import type { Sql } from '@trading/database';
import type { FillParameters } from './bookFill';

/** A fill that is to be booked, of an order of this account. */
export type AccountFill = FillParameters & { readonly accountId: string };

/** What became of one fill: `deferred` ones are to be booked one at a time. */
export interface BatchedFillRow {
  readonly execution_id: string;
  readonly order_id: string;
  readonly outcome: 'booked' | 'duplicate' | 'deferred';
}

const ONE =
  'SELECT $3 AS execution_id, $1 AS order_id, outcome FROM execution.book_working_fill($1, $2, $3, $4, $5, $6, $7, $8, $9)';
const SEVERAL = 'SELECT * FROM execution.book_fills($1)';

/** Books and publishes fills in one statement, so with one commit. */
export function bookFillRows(sql: Sql, fills: readonly AccountFill[]): Promise<BatchedFillRow[]> {
  const [only, ...others] = fills;
  return only !== undefined && others.length === 0
    ? sql.query<BatchedFillRow & { [column: string]: unknown }>(
        ONE,
        [
          only.orderId,
          only.accountId,
          only.executionId,
          only.quantity,
          only.price,
          only.commission,
          only.executedAt,
          only.settlementDate,
          only.correlationId,
        ],
        'execution.bookWorkingFill',
      )
    : sql.query<BatchedFillRow & { [column: string]: unknown }>(
        SEVERAL,
        [JSON.stringify(fills)],
        'execution.bookFills',
      );
}
