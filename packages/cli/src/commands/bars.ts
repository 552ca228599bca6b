import { createExecutionService, type ForgottenEffects } from '@trading/execution';
import { type BarRevertSummary, createIngestionService } from '@trading/ingestion';
import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import { textTable } from '../output';
import { tradingDayEnd, tradingDayStart } from './moment';
import { openServicePool } from './openServicePool';

interface RevertOptions {
  readonly symbol: string;
  readonly source: string;
  readonly from: Date;
  readonly to?: Date;
  readonly knownAt?: Date;
  readonly dryRun?: true;
}

/** The end of the years that bars can be of. */
const LAST_MOMENT = new Date('2200-12-31T23:59:59.999Z');

/** `trading bars`: what is done to bars that are stored. */
export function registerBars(program: Command): void {
  const bars = program.command('bars').summary('take wrong bars back, and the marks that they led to');
  const command = bars
    .command('revert')
    .summary('take bars of a series back')
    .description(
      'Removes the bars of a range, or with --known-at puts the range back to what was known then: bars that came in since ' +
        'are removed, and those that were corrected since get their values back. What was removed stays in ' +
        'data_quality_logs. Marks of positions and the clock of the series go back to the last bar that is left. Fills at ' +
        'the times of these bars are listed and stay booked. The same command again changes nothing.',
    )
    .requiredOption('--symbol <symbol>', 'whose bars')
    .requiredOption('--source <series>', 'of which series')
    .requiredOption('--from <time>', 'the first wrong bar; a date is that day in New York', tradingDayStart)
    .option(
      '--to <time>',
      'the last one; a date includes that day; all that follow, unless given',
      tradingDayEnd,
    )
    .option('--known-at <time>', 'the moment before they came in', (text) => tradingDayStart(text))
    .option('--dry-run', 'say which bars would be taken back, and change nothing');
  onAction<RevertOptions>(withJson(command), async (context, options) => {
    const { symbol, source: dataSource, from, to = LAST_MOMENT, knownAt, dryRun = false } = options;
    const range = { symbol, dataSource, from, to };
    await using ingestion = await openServicePool(context, 'ingestion');
    await using execution = await openServicePool(context, 'execution');
    const summary = await createIngestionService({ pool: ingestion }).revertBars({
      ...range,
      dryRun,
      ...(knownAt === undefined ? {} : { knownAt }),
    });
    const effects = dryRun
      ? { positions: 0, fills: [] }
      : await createExecutionService({ pool: execution }).forgetBars(range);
    context.output.result({ ...range, dryRun, ...summary, ...effects }, () =>
      revertText(dryRun, summary, effects),
    );
    return undefined;
  });
}

function revertText(
  dryRun: boolean,
  { removed, restored }: BarRevertSummary,
  effects: ForgottenEffects,
): string {
  const { positions, fills } = effects;
  const table = textTable(
    ['account', 'order', 'execution', 'side', 'quantity', 'price', 'at'],
    fills.map(({ accountId, orderId, executionId, side, quantity, price, executedAt }) => [
      ...[accountId, orderId, executionId, side, quantity, price],
      executedAt.toISOString(),
    ]),
  );
  return [
    `${removed} bars ${dryRun ? 'would be' : 'were'} removed, ${restored} put back to their earlier values`,
    ...(dryRun ? [] : [`${positions} positions are marked at the last bar that is left`]),
    ...(fills.length === 0 ? [] : ['These fills are of that time, and stay booked:', table]),
  ].join('\n');
}
