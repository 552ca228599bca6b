import type { Sql } from '@trading/database';
import type { Decimal } from '@trading/model';

/** What became of a transfer. */
export type PostingOutcome = 'booked' | 'duplicate' | 'conflicting' | 'insufficient' | 'currency';

const TEXT = 'SELECT execution.post_cash($1, $2, $3, $4, $5, $6, $7, $8) AS outcome';

/** Books money that comes in or goes out of an account, once for its id. */
export async function postCash(
  sql: Sql,
  transfer: {
    readonly accountId: string;
    readonly transferId: string;
    readonly kind: string;
    readonly amount: Decimal;
    /** Null is that of the account. */
    readonly currency: string | null;
    readonly reason: string | null;
    readonly occurredAt: Date;
    readonly correlationId: string;
  },
): Promise<PostingOutcome> {
  const { accountId, transferId, kind, amount, currency, reason, occurredAt, correlationId } = transfer;
  const [row] = await sql.query<{ outcome: PostingOutcome }>(TEXT, [
    accountId,
    transferId,
    kind,
    amount.toString(),
    currency,
    reason,
    occurredAt,
    correlationId,
  ]);
  return row?.outcome ?? 'conflicting';
}
