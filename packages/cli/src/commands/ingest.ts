import { type CsvSummary, createIngestionService, PROVIDER_NAMES, TIME_FORMATS } from '@trading/ingestion';
import { TradingError } from '@trading/model';
import { type Command, Option } from 'commander';
import { onAction, withJson } from '../command';
import type { CommandContext } from '../context';
import { EXIT } from '../exitCode';
import { createProgressBar, silentBar } from '../progressBar';
import { parseColumns } from './ingest/columnMapping';
import { type FileOptions, ingestMappedFile } from './ingest/fromFile';
import { type FetchOptions, ingestFromProviders } from './ingest/fromProvider';
import { showIngestions } from './ingest/ingestionStatus';
import { rejectedText } from './ingest/rejectedText';
import { tradingDayEnd, tradingDayStart } from './moment';
import { openServicePool } from './openServicePool';
import { wholeNumber } from './wholeNumber';

interface IngestOptions
  extends Omit<FetchOptions, 'provider'>,
    Omit<FileOptions, 'file'>,
    Partial<Pick<FetchOptions, 'provider'> & Pick<FileOptions, 'file'>> {
  csv?: string;
  status?: true;
}

// An option that says nothing of what is loaded would be passed over in silence.
const FETCHING = ['provider', 'symbols', 'from', 'to', 'refetch', 'callsPerMinute', 'feed'];
const MAPPING = ['columns', 'round'];

/** `trading ingest`: bars of a file, or of a provider. */
export function registerIngest(program: Command): void {
  const command = program
    .command('ingest')
    .summary('load bars from a CSV or Parquet file, or from Polygon, Yahoo or Alpaca')
    .description(
      '--csv loads a file of the form Date,Open,High,Low,Close,Adj Close,Volume into the series yahoo (as quoted) and ' +
        'yahoo_adjusted (for dividends). --file loads a CSV or Parquet file of any form into the series that --source names. ' +
        '--provider fetches what is missing of a range: a run that was stopped, however ' +
        'hard, goes on where it was, and the same command again changes nothing. A symbol that fails does not keep the ' +
        'others back. Good rows are stored; each bad row is reported with its field, value and reason, kept in ' +
        'data_quality_logs, and makes the command exit with 1.',
    )
    .addOption(
      new Option('--csv <path>', 'the file; with --symbol').conflicts([
        ...FETCHING,
        ...MAPPING,
        'file',
        'source',
      ]),
    )
    .addOption(
      new Option('--file <path>', 'a file of any form; with --symbol and --source').conflicts([...FETCHING]),
    )
    .option('--symbol <symbol>', 'whose bars a file has, e.g. AAPL')
    .option(
      '--columns <map>',
      'what the columns of --file are called: timestamp=Date,open=Open,...; as what they hold, unless given; volume= for none',
      parseColumns,
    )
    .addOption(
      new Option('--time-format <form>', 'of the timestamps of a CSV file')
        .choices(TIME_FORMATS)
        .default('iso'),
    )
    .option('--round', 'round prices of --file to four decimals; otherwise such rows are rejected')
    .addOption(
      new Option('--provider <name>', 'whom to ask; with --symbols and --from')
        .choices(PROVIDER_NAMES)
        .conflicts(['symbol', ...MAPPING]),
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
      'a series: yahoo, polygon_1m, ...; for a provider its daily one, unless given',
    )
    .option('--refetch', 'ask for all of the range, whatever is there')
    .option('--parallel <n>', 'symbols at a time', wholeNumber(1, 16), 4)
    .option('--calls-per-minute <n>', 'what your plan allows; its free plan, unless given', wholeNumber(1))
    .addOption(new Option('--feed <name>', 'of Alpaca').choices(['sip', 'iex']))
    .addOption(
      new Option(
        '--status',
        'load nothing; show where each series stands, those that were killed too; 1 where one stopped',
      ).conflicts([...FETCHING, ...MAPPING, 'csv', 'file', 'source']),
    )
    .addHelpText(
      'after',
      '\nKeys come from the environment: POLYGON_API_KEY; ALPACA_API_KEY_ID and ALPACA_API_SECRET_KEY. Yahoo needs none.',
    );
  onAction<IngestOptions>(withJson(command), async (context, { csv, provider, file, status, ...options }) => {
    if (status) return await showIngestions(context, options.symbol);
    if (provider !== undefined) return await ingestFromProviders(context, { ...options, provider });
    if (file !== undefined) return await ingestMappedFile(context, { ...options, file });
    if (csv !== undefined && options.symbol !== undefined)
      return await ingestYahooFile(context, csv, options.symbol);
    throw new TradingError(
      'CLI.WHICH_BARS',
      'say what to load: --csv PATH with --symbol SYMBOL, --file PATH with --symbol SYMBOL and --source SERIES, or ' +
        '--provider NAME with --symbols A,B,... and --from DATE',
    );
  });
}

async function ingestYahooFile(context: CommandContext, csv: string, symbol: string): Promise<number> {
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
  return [
    `${summary.symbol} from ${summary.file}: ${summary.inserted} bars inserted, ${summary.updated} corrected, ` +
      `${summary.unchanged} unchanged, ${summary.rejectedRows} rows rejected` +
      `${summary.roundedRows === 0 ? '' : `; ${summary.roundedRows} rows carried more than 4 decimals and were rounded`}` +
      `${summary.interrupted ? ' (interrupted; run it again to go on)' : ''}`,
    ...rejectedText(summary.rejected, summary.rejectedRows),
  ].join('\n');
}
