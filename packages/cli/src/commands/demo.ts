import { resolve } from 'node:path';
import { TradingError } from '@trading/model';
import { openTradingSystem } from '@trading/system';
import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import { isolationOf, requireConnection } from '../context';
import { planDemo, samplePath } from '../demo/demoPlan';
import { demoText } from '../demo/demoText';
import { runDemo } from '../demo/runDemo';
import { EXIT } from '../exitCode';
import { createProgressBar, silentBar } from '../progressBar';
import { serveSystem } from '../serve/serveSystem';
import { fileText } from './ingest/fromFile';
import { bringUp } from './up';

interface DemoOptions {
  symbol?: string;
  csv?: string;
  redis?: boolean;
  api: boolean;
}

/** `trading demo`: a trading day after the other, through every service. */
export function registerDemo(program: Command): void {
  const command = program
    .command('demo')
    .summary('trade five years of real AAPL prices, day by day, through all seven services')
    .description(
      'Starts the servers if needed, then stores one trading day of bars after the other and lets every service handle\n' +
        'what that leads to, with a moving average crossover on a paper account. Run again, it changes nothing.',
    )
    .option('--symbol <symbol>', 'whose bars the file has; with --csv')
    .option(
      '--csv <path>',
      'another file of the form Date,Open,High,Low,Close,Adj Close,Volume; with --symbol',
    )
    .option('--no-redis', 'no Redis, even if there is one: events go by way of PostgreSQL')
    .option('--no-api', 'serve no HTTP API and no dashboard to watch it with');
  onAction<DemoOptions>(withJson(command), async (context, options) => {
    const plan = planOf(options);
    await bringUp(context, options);
    const connection = await requireConnection(context);
    const { strategies, channels } = await context.installation();
    await using system = await openTradingSystem({
      connection,
      strategies,
      isolation: isolationOf(context),
      channels,
      onWarning: context.output.say,
    });
    // With --json nobody is told where to look.
    await using _api =
      options.api && !context.output.json ? await serveSystem(context, system, connection) : undefined;
    const bar = context.output.json ? silentBar : createProgressBar(`Trading ${plan.symbol}`, 'days');
    const result = await runDemo(system, plan, {
      signal: context.signal,
      onProgress: ({ done, total, date }) => bar.update(done, total, date),
    }).finally(() => bar.stop());
    context.output.result(result, () =>
      [...(result.ingestion.rejectedRows > 0 ? [fileText(result.ingestion), ''] : []), demoText(result)].join(
        '\n',
      ),
    );
    if (result.ingestion.interrupted) return EXIT.interrupted;
    return result.ingestion.rejectedRows > 0 ? EXIT.problem : EXIT.ok;
  });
}

function planOf({ symbol, csv }: DemoOptions) {
  if (symbol === undefined && csv === undefined) return planDemo('AAPL', samplePath());
  if (symbol !== undefined && csv !== undefined) return planDemo(symbol, resolve(csv));
  throw new TradingError(
    'CLI.SYMBOL_AND_CSV',
    '--symbol and --csv go together: whose bars, and the file that has them',
  );
}
