import type { Sql } from '@trading/database';
import { Decimal } from '@trading/model';

/** A holding that is to be sized: whose, of what, as of when. */
export interface SizingQuestion {
  readonly accountId: string;
  readonly symbol: string;
  /** The series that the order is to fill at; the account's where it is missing. */
  readonly tradingSource: string | undefined;
  readonly at: Date;
}

/** What an order is sized by. */
export interface Sizing {
  /** The series whose prices these are. */
  readonly tradingSource: string;
  /** The last close at or before the decision; null where there is none within a year. */
  readonly referencePrice: Decimal | null;
  /** Signed position. */
  readonly held: Decimal;
  /** Signed leaves of the working orders. */
  readonly working: Decimal;
  /** Start of the last bar that was handled; null where none was. */
  readonly clock: Date | null;
}

interface SizingRow {
  readonly series: string;
  readonly reference_price: string | null;
  readonly held: string;
  readonly working: string;
  readonly clock: Date | null;
}

const TEXT = `
SELECT q.series,
       (SELECT close FROM data_ingestion.bars
         WHERE symbol = q.symbol AND data_source = q.series AND "timestamp" <= q.at AND "timestamp" > q.at - interval '366 days'
         ORDER BY "timestamp" DESC LIMIT 1) AS reference_price,
       coalesce((SELECT quantity FROM execution.positions WHERE account_id = q.account_id AND symbol = q.symbol), 0) AS held,
       coalesce((SELECT sum(CASE side WHEN 'buy' THEN quantity - filled_quantity ELSE filled_quantity - quantity END)
                   FROM execution.orders
                  WHERE account_id = q.account_id AND symbol = q.symbol
                    AND status IN ('pending', 'submitted', 'partially_filled')), 0) AS working,
       (SELECT through FROM execution.market_clocks WHERE symbol = q.symbol AND data_source = q.series) AS clock
  FROM (SELECT r."accountId" AS account_id, r.symbol, r.at, a.ordinality,
               coalesce(r."tradingSource", execution.series_of(r."accountId")) AS series
          FROM jsonb_array_elements($1) WITH ORDINALITY AS a(value, ordinality)
         CROSS JOIN LATERAL jsonb_to_record(a.value)
           AS r("accountId" text, symbol text, "tradingSource" text, at timestamptz)) AS q
 ORDER BY q.ordinality`;

/** Reads price, position and working orders of each in one snapshot, so that a fill is counted once; in the same order. */
export async function readSizings(sql: Sql, questions: readonly SizingQuestion[]): Promise<Sizing[]> {
  const rows = await sql.query<SizingRow & { [column: string]: unknown }>(
    TEXT,
    [JSON.stringify(questions)],
    'execution.readSizings',
  );
  return rows.map((row) => ({
    tradingSource: row.series,
    referencePrice: row.reference_price === null ? null : new Decimal(row.reference_price),
    held: new Decimal(row.held),
    working: new Decimal(row.working),
    clock: row.clock,
  }));
}
