import type { Sql } from '@trading/database';
import { runLock } from './lockRun';
import { seriesLock } from './lockSeries';

// A process that was killed could not write how it ended. Its connection ended with it, and gave its lock back: what is
// said to be running while nobody holds the lock of the series, or of the run, was interrupted.
const SELECT_INGESTIONS = `
WITH held AS (
  SELECT (classid::bigint << 32) | objid::bigint AS key FROM pg_locks
   WHERE locktype = 'advisory' AND objsubid = 1 AND granted
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
SELECT symbol, data_source AS "dataSource",
       CASE WHEN status = 'running'
                 AND NOT EXISTS (SELECT FROM held WHERE key IN (${seriesLock('symbol', 'data_source')}, ${runLock('started_at')}))
            THEN 'interrupted' ELSE status END AS status,
       last_bar AS "lastBar", row_count::float8 AS bars, started_at AS "startedAt", finished_at AS "finishedAt", error
  FROM data_ingestion.ingestion_status
 WHERE $1::text IS NULL OR symbol = $1
 ORDER BY symbol, data_source`;

/** Where the ingestion of one series stands. */
export interface SeriesIngestion {
  readonly symbol: string;
  readonly dataSource: string;
  /** `interrupted`: its process ended without a word; the next run goes on from its last chunk. */
  readonly status: 'idle' | 'running' | 'interrupted' | 'completed' | 'failed';
  readonly lastBar: Date | null;
  /** Bars stored so far. */
  readonly bars: number;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly error: string | null;
}

/** Where every series of one symbol, or of all, stands. */
export function selectIngestions(sql: Sql, symbol: string | null): Promise<SeriesIngestion[]> {
  return sql.query<SeriesIngestion & Record<string, unknown>>(SELECT_INGESTIONS, [symbol]);
}
