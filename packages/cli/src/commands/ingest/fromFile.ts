import { type BulkSummary, createIngestionService, type TimeFormat } from '@trading/ingestion';
import { TradingError } from '@trading/model';
import type { CommandContext } from '../../context';
import { EXIT } from '../../exitCode';
import { createProgressBar, silentBar } from '../../progressBar';
import { openServicePool } from '../openServicePool';
import { type ColumnNames, mappingOf } from './columnMapping';
import { rejectedText } from './rejectedText';

/** Which file to load, and what its columns mean. */
export interface FileOptions {
  file: string;
  symbol?: string;
  source?: string;
  columns?: ColumnNames;
  timeFormat: TimeFormat;
  round?: boolean;
}

/** Loads a CSV or Parquet file of any form. */
export async function ingestMappedFile(context: CommandContext, options: FileOptions): Promise<number> {
  const { file, symbol, source, columns = {}, timeFormat, round = false } = options;
  if (symbol === undefined || source === undefined)
    throw new TradingError('CLI.WHICH_BARS', '--file needs --symbol SYMBOL and --source SERIES');
  await using pool = await openServicePool(context, 'ingestion');
  const bar = context.output.json
    ? silentBar
    : createProgressBar(symbol, file.endsWith('.parquet') ? 'rows' : 'kB');
  const summary = await createIngestionService({ pool })
    .ingestFile({
      path: file,
      symbol,
      dataSource: source,
      mapping: mappingOf(columns, { timeFormat, round }),
      onProgress: ({ rows, position: { unit, read, total } }) => {
        const shown = (count: number) => (unit === 'rows' ? count : Math.ceil(count / 1_024));
        bar.update(shown(read), shown(total), `${rows.toLocaleString('en-US')} rows`);
      },
      signal: context.signal,
    })
    .finally(() => bar.stop());
  context.output.result({ file, source, ...summary }, () => fileText(file, summary));
  if (summary.interrupted) return EXIT.interrupted;
  return summary.rejected > 0 ? EXIT.problem : EXIT.ok;
}

function fileText(file: string, summary: BulkSummary): string {
  const { inserted, updated, unchanged, rejected, rejectedRows, interrupted, rows, elapsedMs } = summary;
  const rate = Math.round(rows / Math.max(0.001, elapsedMs / 1_000)).toLocaleString('en-US');
  return [
    `${file}: ${inserted} bars inserted, ${updated} corrected, ${unchanged} unchanged, ${rejected} rows rejected, ` +
      `${rate} rows/s${interrupted ? ' (interrupted; run it again to go on)' : ''}`,
    ...rejectedText(rejectedRows, rejected),
  ].join('\n');
}
