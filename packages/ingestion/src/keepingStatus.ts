import { isTradingError } from '@trading/model';
import type { IngestionTools } from './ingestionTools';
import { ingestRows, type RowIngestion, type RowIngestionResult } from './ingestRows';
import { finishIngestion } from './sql/finishIngestion';
import { startIngestion } from './sql/startIngestion';
import type { WriterSession } from './writerSession';

/** Ingests rows; ingestion_status says so from the first moment, and how it ended whatever happens. */
export async function keepingStatus(
  { clock, log }: IngestionTools,
  session: WriterSession,
  ingestion: RowIngestion,
): Promise<RowIngestionResult> {
  const { symbol, dataSources, origin } = ingestion;
  const details = { symbol, dataSources, origin };
  await startIngestion(session.sql, symbol, dataSources, clock());
  log('info', `ingesting ${symbol} from ${origin}`, details);
  try {
    const result = await ingestRows(session, ingestion);
    const end = result.interrupted ? 'idle' : 'completed';
    await finishIngestion(session.sql, symbol, dataSources, end, clock(), null);
    log(result.counts.rejectedRows > 0 ? 'warn' : 'info', `ingested ${symbol} from ${origin}`, {
      ...details,
      ...result.counts,
    });
    return result;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = isTradingError(error) ? error.code : 'unknown';
    log('error', `ingesting ${symbol} from ${origin} failed: ${message}`, { ...details, code });
    try {
      await finishIngestion(session.sql, symbol, dataSources, 'failed', clock(), message);
    } catch (statusError) {
      // Without a connection the status stays 'running', and its lock is free: the next run takes over.
      log('error', 'ingestion_status was not updated', { ...details, cause: String(statusError) });
    }
    throw error;
  }
}
