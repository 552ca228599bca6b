import { type CsvSummary, createIngestionService, PROVIDER_NAMES } from '@trading/ingestion';
import { TradingError } from '@trading/model';
import { type Command, Option } from 'commander';
import { onAction, withJson } from '../command';
import type { CommandContext } from '../context';
import { EXIT } from '../exitCode';
import { textTable } from '../output';
import { createProgressBar, silentBar } from '../progressBar';
import { type FetchOptions, ingestFromProviders } from './ingest/fromProvider';
import { tradingDayEnd, tradingDayStart } from './moment';
import { openServicePool } from './openServicePool';
import { wholeNumber } from './wholeNumber';

interface IngestOptions extends Partial<Omit<FetchOptions, 'parallel'>> {
  csv?: string;
  symbol?: string;
  parallel: number;
}

/** `trading ingest`: a file of daily bars, or bars of a provider. */
export function registerIngest(program: Command): void {
  const command = program
    .command('ingest')
    .summary('load bars from a CSV file, or from Polygon, Yahoo or Alpaca')
    .description(
      '--csv loads a file of the form Date,Open,High,Low,Close,Adj Close,Volume into the series yahoo (as quoted) and ' +
        'yahoo_adjusted (for dividends). --provider fetches what is missing of a range: a run that was stopped, however ' +
        'hard, goes on where it was, and the same command again changes nothing. A symbol that fails does not keep the ' +
        'others back. Good rows are stored; each bad row is reported with its field, value and reason, kept in ' +
        'data_quality_logs, and makes the command exit with 1.',
    )
    .addOption(new Option('--csv <path>', 'the file; with --symbol').conflicts(['provider', 'symbols']))
    .option('--symbol <symbol>', 'whose bars the file has, e.g. AAPL')
    .addOption(
      new Option('--provider <name>', 'whom to ask; with --symbols and --from').choices(PROVIDER_NAMES),
    )
    .option('--symbols <list>', 'whose bars to fetch, e.g. AAPL,MSFT', (list) =>
      list
        .split(',')
        .map((symbol) => symbol.trim())
        .filter((symbol) => symbol !== ''),
    )
    .option('--from <time>', 'from then on; a date is that day in New York', tradingDayStart)
    .option('--to <time>', 'until then; a date includes that day; until now, unless given', tradingDayEnd)
    .option(
      '--source <series>',
      'a series of the provider: yahoo, polygon_1m, ...; its daily one, unless given',
    )
    .option('--refetch', 'ask for all of the range, whatever is there')
    .option('--parallel <n>', 'symbols at a time', wholeNumber(1, 16), 4)
    .option('--calls-per-minute <n>', 'what your plan allows; its free plan, unless given', wholeNumber(1))
    .addOption(new Option('--feed <name>', 'of Alpaca').choices(['sip', 'iex']))
    .addHelpText(
      'after',
      '\nKeys come from the environment: POLYGON_API_KEY; ALPACA_API_KEY_ID and ALPACA_API_SECRET_KEY. Yahoo needs none.',
    );
  onAction<IngestOptions>(withJson(command), async (context, { csv, symbol, provider, ...options }) => {
    if (provider !== undefined) return await ingestFromProviders(context, { ...options, provider });
    if (csv !== undefined && symbol !== undefined) return await ingestFile(context, csv, symbol);
    throw new TradingError(
      'CLI.WHICH_BARS',
      'say what to load: --csv PATH with --symbol SYMBOL, or --provider NAME with --symbols A,B,... and --from DATE',
    );
  });
}

async function ingestFile(context: CommandContext, csv: string, symbol: string): Promise<number> {
  await using pool = await openServicePool(context, 'ingestion');
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
