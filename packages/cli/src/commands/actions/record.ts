import { readFile } from 'node:fs/promises';
import {
  createIngestionService,
  createProvider,
  type IngestionService,
  PROVIDER_NAMES,
  type ProviderName,
  parseAction,
  type RecordedAction,
  readActionsFile,
} from '@trading/ingestion';
import { ACTION_TYPES, parseSymbol, TradingError, tradingDate } from '@trading/model';
import { type Command, Option } from 'commander';
import { onAction, withJson } from '../../command';
import type { CommandContext } from '../../context';
import { textTable } from '../../output';
import { providerSettings } from '../ingest/providerSettings';
import { calendarDate } from '../moment';
import { openServicePool } from '../openServicePool';

/** `trading actions add | import | fetch | cancel`: what changes the record; positions follow when the services run. */
export function registerRecordActions(actions: Command): void {
  registerAdd(actions);
  registerImport(actions);
  registerFetch(actions);
  registerCancel(actions);
}

interface AddOptions {
  readonly exDate: string;
  readonly payDate?: string;
  readonly recordDate?: string;
  readonly ratio?: string;
  readonly amount?: string;
  readonly currency?: string;
  readonly newSymbol?: string;
  readonly reason?: string;
}

function registerAdd(actions: Command): void {
  const command = actions
    .command('add')
    .summary('record one by hand, or correct it')
    .description(
      'Records an action, or a new version of it: what is said by hand counts more than what providers say. Positions ' +
        'follow when "trading run" handles the event, or by "trading actions apply".',
    )
    .argument('<symbol>', 'the symbol on the day before')
    .argument('<type>', ACTION_TYPES.join(', '))
    .requiredOption('--ex-date <date>', 'it takes effect before the open of this date', calendarDate)
    .option('--ratio <new:old>', 'of a split: 4:1 is four new shares for one; 1:10 is a reverse split')
    .option('--amount <money>', 'of a dividend: per share, as it is paid')
    .option('--currency <code>', 'of the amount; USD unless given')
    .option('--new-symbol <symbol>', 'of a change of symbol')
    .option('--record-date <date>', 'who holds it then', calendarDate)
    .option('--pay-date <date>', 'when it is paid', calendarDate)
    .option('--reason <text>', 'why, for the record');
  onAction<AddOptions>(withJson(command), (context, { reason, ...terms }, [symbol = '', type = '']) =>
    recorded(context, (ingestion) =>
      ingestion.actions.record([parseAction({ symbol, type, ...terms }, 'manual')], reason),
    ),
  );
}

function registerImport(actions: Command): void {
  const command = actions
    .command('import')
    .summary('record those of a CSV file')
    .description(
      'Columns by the header: symbol, type, ex_date, and as the type needs ratio (4:1), amount, currency, new_symbol, ' +
        'record_date, pay_date. One wrong line, and nothing is recorded.',
    )
    .argument('<file>', 'the file');
  onAction<object>(withJson(command), (context, _options, [file = '']) =>
    recorded(context, async (ingestion) => ingestion.actions.record(readActionsFile(await textOf(file)))),
  );
}

interface FetchOptions {
  readonly provider: ProviderName;
  readonly symbols: readonly string[];
  readonly from: string;
  readonly to?: string;
}

function registerFetch(actions: Command): void {
  const command = actions
    .command('fetch')
    .summary('ask a provider')
    .description(
      'Yahoo tells of splits and dividends without pay dates, Polygon of both with them, Alpaca of changes of symbol too.',
    )
    .addOption(new Option('--provider <name>', 'whom to ask').choices(PROVIDER_NAMES).makeOptionMandatory())
    .requiredOption('--symbols <list>', 'whose, A,B,...', (text) => text.split(',').map(parseSymbol))
    .requiredOption('--from <date>', 'first ex-date', calendarDate)
    .option('--to <date>', 'last ex-date; today, unless given', calendarDate);
  onAction<FetchOptions>(withJson(command), (context, { provider: name, symbols, from, to }) =>
    recorded(context, async (ingestion) => {
      const provider = createProvider(name, providerSettings(name, context.environment));
      const now = new Date();
      const { signal } = context;
      const done: RecordedAction[] = [];
      for (const symbol of new Set(symbols)) {
        if (signal.aborted) break;
        const range = { symbol, from, to: to ?? tradingDate(now), now, signal };
        done.push(...(await ingestion.actions.record(await provider.actions(range))));
      }
      return done;
    }),
  );
}

function registerCancel(actions: Command): void {
  const command = actions
    .command('cancel')
    .summary('say that one does not take place')
    .description(
      'A new version that is cancelled; what the action did to positions is taken back. One that nobody told of can be ' +
        'cancelled too: it says that a series which was rewritten had no split then.',
    )
    .argument('<action>', 'its id, as "trading actions list" shows it: AAPL:split:2020-08-31')
    .requiredOption('--reason <text>', 'why');
  onAction<{ reason: string }>(withJson(command), (context, { reason }, [actionId = '']) =>
    recorded(context, async (ingestion) => [await ingestion.actions.cancel(actionId, reason)]),
  );
}

async function recorded(
  context: CommandContext,
  work: (ingestion: IngestionService) => Promise<readonly RecordedAction[]>,
): Promise<undefined> {
  await using pool = await openServicePool(context, 'ingestion');
  const done = await work(createIngestionService({ pool }));
  context.output.result({ actions: done }, () =>
    done.length === 0
      ? 'There is no corporate action.'
      : textTable(
          ['action', 'outcome'],
          done.map(({ actionId, outcome }) => [actionId, outcome]),
        ),
  );
  return undefined;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new TradingError('CLI.NO_SUCH_FILE', `${file} can't be read: ${(error as Error).message}`, {
      details: { field: 'file', value: file },
    });
  }
}
