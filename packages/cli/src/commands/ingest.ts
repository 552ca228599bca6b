import { PROVIDER_NAMES } from '@trading/ingestion';
import { TradingError } from '@trading/model';
import { type Command, Option } from 'commander';
import { onAction, withJson } from '../command';
import { parseColumns, parseTimeFormat, parseTimeZone } from './ingest/columnMapping';
import { type FileOptions, ingestFiles } from './ingest/fromFile';
import { type FetchOptions, ingestFromProviders } from './ingest/fromProvider';
import { showIngestions } from './ingest/ingestionStatus';
import { tradingDayEnd, tradingDayStart } from './moment';
import { wholeNumber } from './wholeNumber';

interface IngestOptions extends Omit<FetchOptions, 'provider' | 'source'>, FileOptions {
  provider?: FetchOptions['provider'];
  file?: string;
  csv?: string;
  status?: true;
}

// An option that says nothing of what is loaded would be passed over in silence.
const FETCHING = ['provider', 'symbols', 'from', 'to', 'refetch', 'callsPerMinute', 'feed'];
const MAPPING = [
  'columns',
  'timeFormat',
  'timezone',
  'decimal',
  'delimiter',
  'round',
  'preset',
  'allowRejects',
  'preview',
];

/** `trading ingest`: bars of a file, or of a provider. */
export function registerIngest(program: Command): void {
  const command = program
    .command('ingest')
    .argument('[files...]', 'files of bars, folders of them, a named pipe, or - for standard input')
    .summary('load bars from files of any form, or from Polygon, Yahoo or Alpaca')
    .description(
      'Files are text, packed or not, or Parquet. What form one has is found out: which columns there are, how times and ' +
        'numbers are written, and of which series it is; what can not be known is asked. --preview shows how the first bars ' +
        'were understood, and writes nothing. --csv loads a file of the form Date,Open,High,Low,Close,Adj Close,Volume into ' +
        'the series yahoo (as quoted) and yahoo_adjusted (for dividends).\n' +
        '--provider fetches what is missing of a range: a run that was stopped, however ' +
        'hard, goes on where it was, and the same command again changes nothing. A symbol that fails does not keep the ' +
        'others back.\nGood rows are stored; bad rows are reported by their reasons, kept in data_quality_logs, and make the ' +
        'command exit with 1. Where more than a tenth of the rows is bad, the run stops.',
    )
    .addOption(
      new Option('--csv <path>', "a file of Yahoo's form; with --symbol").conflicts([
        ...FETCHING,
        'file',
        'source',
      ]),
    )
    .addOption(new Option('--file <path>', 'the same as the path alone').conflicts([...FETCHING]))
    .option('--symbol <symbol>', 'whose bars a file has that does not say it, e.g. AAPL')
    .option(
      '--columns <map>',
      'what columns are called: timestamp=Date,time=Time,open=Open,...; found out, unless given; volume= for none',
      parseColumns,
    )
    .addOption(
      new Option(
        '--time-format <form>',
        'date, iso, epoch_s, _ms, _us, _ns, or as strptime has it; found out, unless given',
      ).argParser(parseTimeFormat),
    )
    .addOption(
      new Option(
        '--timezone <zone>',
        'whose clock times without a zone are of, e.g. America/New_York',
      ).argParser(parseTimeZone),
    )
    .addOption(new Option('--decimal <sign>', 'before the fraction of a price').choices(['.', ',']))
    .option('--delimiter <sign>', 'between fields', (text) =>
      text === '\\t' || text === 'tab' ? '\t' : text,
    )
    .option(
      '--preset <name>',
      'the form by name; a name that there is none of is told with those that there are',
    )
    .option(
      '--round',
      'round prices to four decimals; otherwise, in a form without a name, such rows are rejected',
    )
    .option('--allow-rejects', 'store what is good, however many rows are bad')
    .option('--preview', 'show the first bars as they were understood, and why; write nothing')
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
      'a series: yahoo, polygon_raw_1m, ...; that of a known form or the daily one of a provider, unless given',
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
  onAction<IngestOptions>(
    withJson(command),
    async (context, { csv, provider, file, status, ...options }, args) => {
      if (status) return await showIngestions(context, options.symbol);
      if (provider !== undefined) return await ingestFromProviders(context, { ...options, provider });
      if (csv !== undefined && options.symbol !== undefined)
        return await ingestFiles(context, [csv], { ...options, preset: 'yahoo' });
      const files = [...(file === undefined ? [] : [file]), ...args];
      if (files.length > 0 && csv === undefined) return await ingestFiles(context, files, options);
      throw new TradingError(
        'CLI.WHICH_BARS',
        'say what to load: FILE..., with --symbol SYMBOL where the files do not say whose bars they have; --csv PATH with ' +
          '--symbol SYMBOL; or --provider NAME with --symbols A,B,... and --from DATE',
      );
    },
  );
}
