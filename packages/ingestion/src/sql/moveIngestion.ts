import type { Transaction } from '@trading/database';

const MOVE_INGESTION = `
INSERT INTO data_ingestion.ingestion_status AS status (symbol, data_source, status, last_bar, row_count, cursor, started_at)
SELECT symbol, data_source, 'running', last_bar, inserted, $5, $6
  FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[]) AS moved (symbol, data_source, last_bar, inserted)
ON CONFLICT (symbol, data_source) DO UPDATE
  SET status = 'running', finished_at = NULL, error = NULL, cursor = excluded.cursor, started_at = excluded.started_at,
      row_count = status.row_count + excluded.row_count, last_bar = greatest(status.last_bar, excluded.last_bar)`;

/** How far a chunk brought one series. */
export interface SeriesMove {
  readonly symbol: string;
  readonly dataSource: string;
  readonly lastBar: Date;
  readonly inserted: number;
}

/** Writes down where the ingestion of several series stands, in the transaction of the bars. */
export async function moveIngestion(
  tx: Transaction,
  moves: readonly SeriesMove[],
  cursor: string | null,
  startedAt: Date,
): Promise<void> {
  await tx.query(MOVE_INGESTION, [
    moves.map(({ symbol }) => symbol),
    moves.map(({ dataSource }) => dataSource),
    moves.map(({ lastBar }) => lastBar),
    moves.map(({ inserted }) => inserted),
    cursor,
    startedAt,
  ]);
}
