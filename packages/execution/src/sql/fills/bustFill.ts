import type { Sql } from '@trading/database';
import { type Cause, settlementDate } from '@trading/model';

/** A broker's word that an execution didn't happen. */
export interface ReportedBust {
  readonly accountId: string;
  /** The execution that is taken back. */
  readonly executionId: string;
  readonly bustedAt: Date;
}

/** What a bust came to. */
export type BustOutcome = 'busted' | 'duplicate' | 'unknown_trade';

const TEXT = 'SELECT execution.bust_fill($1, $2, $3, $4, $5, $6) AS outcome';

/**
 * Takes a booked execution back by a correcting entry, once however often it is reported, and publishes what follows. A bust
 * of a fill that is not booked is raised, never dropped.
 *
 * @throws TradingError `DATABASE.*`
 */
export async function bustFill(sql: Sql, bust: ReportedBust, cause: Cause): Promise<BustOutcome> {
  const [row] = await sql.query<{ outcome: BustOutcome }>(
    TEXT,
    [
      bust.accountId,
      bust.executionId,
      bust.bustedAt,
      settlementDate(bust.bustedAt),
      cause.correlationId,
      cause.causationId,
    ],
    'execution.bustFill',
  );
  return row?.outcome ?? 'unknown_trade';
}
