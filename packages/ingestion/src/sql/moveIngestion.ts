import { sendLast, type Transaction } from '@trading/database';

const MOVE_INGESTION = `
INSERT INTO data_ingestion.ingestion_status AS status (symbol, data_source, status, last_bar, row_count, cursor, started_at)
SELECT symbol, "dataSource", 'running', "lastBar", inserted, cursor, $2::timestamptz
  FROM jsonb_to_recordset($1::jsonb) AS moved (symbol text, "dataSource" text, "lastBar" timestamptz, inserted bigint, cursor text)
ON CONFLICT (symbol, data_source) DO UPDATE
  SET status = 'running', finished_at = NULL, error = NULL, cursor = excluded.cursor, started_at = excluded.started_at,
      row_count = status.row_count + excluded.row_count, last_bar = greatest(status.last_bar, excluded.last_bar)`;

/** How far chunks brought one series. */
export interface SeriesMove {
  readonly symbol: string;
  readonly dataSource: string;
  readonly lastBar: Date;
  readonly inserted: number;
  /** Where the source stands after it. */
  readonly cursor: string | null;
}

/** Writes down where the ingestion of several series, each once, stands, in the transaction of the bars, at its commit. */
export async function moveIngestion(
  tx: Transaction,
  moves: readonly SeriesMove[],
  startedAt: Date,
): Promise<void> {
  await sendLast(tx, {
    text: MOVE_INGESTION,
    values: [JSON.stringify(moves), startedAt.toISOString()],
    name: 'ingestion.move_ingestion',
  });
}
