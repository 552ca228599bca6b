import { createIngestionService, type SeriesIngestion } from '@trading/ingestion';
import type { CommandContext } from '../../context';
import { EXIT } from '../../exitCode';
import { textTable } from '../../output';
import { openServicePool } from '../openServicePool';

/** Shows where the ingestion of every series stands, or of those of one symbol. */
export async function showIngestions(context: CommandContext, symbol: string | undefined): Promise<number> {
  await using pool = await openServicePool(context, 'ingestion');
  const series = await createIngestionService({ pool }).status(symbol);
  context.output.result({ series }, () => statusText(series));
  const stopped = series.some(({ status }) => status === 'failed' || status === 'interrupted');
  return stopped ? EXIT.problem : EXIT.ok;
}

function statusText(series: readonly SeriesIngestion[]): string {
  if (series.length === 0) return 'Nothing was ingested yet. Run: npx trading ingest --help';
  return textTable(
    ['symbol', 'series', 'status', 'bars', 'last bar', 'began', 'ended', 'error'],
    series.map(({ symbol, dataSource, status, bars, lastBar, startedAt, finishedAt, error }) => [
      symbol,
      dataSource,
      status,
      bars.toLocaleString('en-US'),
      ...[lastBar, startedAt, finishedAt].map((moment) => moment?.toISOString() ?? ''),
      error ?? '',
    ]),
  );
}
