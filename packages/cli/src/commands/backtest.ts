import { backtestRequest, backtestTearSheet, runBacktest } from '@trading/backtest';
import { createIngestionService } from '@trading/ingestion';
import { TradingError } from '@trading/model';
import { createRiskService } from '@trading/risk';
import { createStrategyService } from '@trading/strategy';
import { type Command, InvalidArgumentError } from 'commander';
import { onAction, withJson } from '../command';
import { createProgressBar, silentBar } from '../progressBar';
import { benchmarkOf, type TearSheetOptions, withTearSheet, writeTearSheet } from '../tearSheetFile';
import { backtestText } from './backtest/backtestText';
import { openServicePool } from './openServicePool';

/** `trading backtest`: stored bars, traded as if they came now. */
export function registerBacktest(program: Command): void {
  const command = program
    .command('backtest')
    .summary('trade stored bars as if they came now; writes nothing')
    .description(
      'Trades the stored bars of a period on an account in memory, by the strategy, the limits and the paper broker of the ' +
        'services: the same bars through `trading run` give the same fills and the same equity. Reads bars, strategies and ' +
        'limits; no order, position or figure is written. A stored strategy is judged by the limits of its account, ' +
        'anything else, and any other --capital, by the limits that a new account starts with.',
    )
    .requiredOption('--from <date>', 'first trading date, in New York')
    .requiredOption('--to <date>', 'last trading date')
    .option('--strategy <id>', 'a stored strategy')
    .option(
      '--kind <kind>',
      'a kind of strategy, e.g. moving_average_crossover; with --symbols and --parameters',
    )
    .option('--parameters <json>', "the kind's parameters, or changes of the strategy's", parseJson)
    .option('--symbols <list>', 'e.g. AAPL,MSFT', (list) => list.split(',').map((symbol) => symbol.trim()))
    .option('--source <series>', "at whose prices orders fill; the strategy's, or yahoo")
    .option('--capital <amount>', "to start with; the strategy's, or 100000")
    .option('--seed <text>', 'what chance there is follows from it', '')
    .option('--reject-rate <fraction>', 'the part of orders that the broker refuses', Number)
    .option('--slippage-bps <bps>', 'how much worse than the bar orders fill, in hundredths of a percent')
    .option('--max-volume-share <fraction>', "the most of a bar's volume that orders take");
  withTearSheet(command);
  onAction<TearSheetOptions & Record<string, unknown>>(withJson(command), async (context, all) => {
    const { tearSheet, benchmark, open, ...options } = all;
    const page = { tearSheet, benchmark, open } as TearSheetOptions;
    const request = requestOf(options);
    const { strategies: kinds } = await context.installation();
    await using ingestion = await openServicePool(context, 'ingestion');
    await using strategy = await openServicePool(context, 'strategy');
    await using risk = await openServicePool(context, 'risk');
    const bar = context.output.json ? silentBar : createProgressBar('Backtest', 'bars');
    const { bars } = createIngestionService({ pool: ingestion });
    const result = await runBacktest(
      {
        bars,
        strategy: createStrategyService({ pool: strategy, kinds }),
        risk: createRiskService({ pool: risk }),
      },
      request,
      { signal: context.signal, onProgress: ({ done, total, date }) => bar.update(done, total, date) },
    ).finally(() => bar.stop());
    const compared = benchmarkOf(page, result.figures.signalSource);
    const provenance = [['Parameters', JSON.stringify(request.parameters)]] as const;
    const written = await writeTearSheet(page, () =>
      backtestTearSheet(bars, result, { benchmark: compared, provenance }),
    );
    context.output.result({ ...result, tearSheet: written ?? null }, () => backtestText(result, written));
    return undefined;
  });
}

function requestOf({ kind, parameters, json: _json, config: _config, ...options }: Record<string, unknown>) {
  if ((kind === undefined) === (options.strategy === undefined)) {
    throw new TradingError('CLI.WHICH_STRATEGY', 'say what to test: either --strategy ID or --kind KIND');
  }
  const given = { ...(kind === undefined ? {} : { kind }), ...(parameters as object | undefined) };
  const parsed = backtestRequest.safeParse({ ...options, parameters: given });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new TradingError('CLI.INVALID_BACKTEST', problems.join('; '), { details: { problems } });
}

function parseJson(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Told of below, like anything else that is no object.
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new InvalidArgumentError('It must be a JSON object, like {"fast":10,"slow":30}.');
}
