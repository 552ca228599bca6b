import { createServicePool } from '@trading/database';
import { type CsvSummary, createIngestionService } from '@trading/ingestion';
import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import { requireConnection } from '../context';
import { EXIT } from '../exitCode';
import { textTable } from '../output';
import { createProgressBar, silentBar } from '../progressBar';

interface IngestOptions {
  csv: string;
  symbol: string;
}

/** `trading ingest`: a file of daily bars. */
export function registerIngest(program: Command): void {
  const command = program
    .command('ingest')
    .summary('load a CSV file of daily bars')
    .description(
      'Loads a file of the form Date,Open,High,Low,Close,Adj Close,Volume into the series yahoo (as quoted) and\n' +
        'yahoo_adjusted (for dividends). Good rows are stored; each bad row is reported with its line, field, value and\n' +
        'reason, kept in data_quality_logs, and makes the command exit with 1. The same file again changes nothing.',
    )
    .requiredOption('--csv <path>', 'the file')
    .requiredOption('--symbol <symbol>', 'whose bars they are, e.g. AAPL');
  onAction<IngestOptions>(withJson(command), async (context, { csv, symbol }) => {
    const { services } = await requireConnection(context);
    await using pool = createServicePool({ url: services.ingestion, service: 'ingestion' });
    const bar = context.output.json ? silentBar : createProgressBar(symbol, 'kB');
    const kilobytes = (bytes: number) => Math.ceil(bytes / 1024);
    const summary = await createIngestionService({ pool })
      .ingestCsv({
        path: csv,
        symbol,
        signal: context.signal,
        onProgress: ({ bytesRead, bytesTotal, inserted }) =>
          bar.update(kilobytes(bytesRead), kilobytes(bytesTotal), `${inserted} bars`),
      })
      .finally(() => bar.stop());
    context.output.result(summary, () => ingestText(summary));
    if (summary.interrupted) return EXIT.interrupted;
    return summary.rejectedRows > 0 ? EXIT.problem : EXIT.ok;
  });
}

/** What an ingestion did, for people; the first bad rows one by one. */
export function ingestText(summary: CsvSummary): string {
  const shown = summary.rejected.slice(0, 20);
  const lines = [
    `${summary.symbol} from ${summary.file}: ${summary.inserted} bars inserted, ${summary.updated} corrected, ` +
      `${summary.unchanged} unchanged, ${summary.rejectedRows} rows rejected` +
      `${summary.roundedRows === 0 ? '' : `; ${summary.roundedRows} rows carried more than 4 decimals and were rounded`}` +
      `${summary.interrupted ? ' (interrupted; run it again to go on)' : ''}`,
  ];
  if (shown.length > 0) {
    lines.push(
      textTable(
        ['line', 'field', 'value', 'reason'],
        shown.flatMap(({ line, problems }) =>
          problems.map(({ field, value, reason }) => [String(line), field, value, reason]),
        ),
      ),
    );
  }
  if (summary.rejectedRows > shown.length)
    lines.push(`… and ${summary.rejectedRows - shown.length} more in data_ingestion.data_quality_logs`);
  return lines.join('\n');
}
