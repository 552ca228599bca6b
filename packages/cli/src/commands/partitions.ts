import { createIngestionService, type Partition, type Partitions } from '@trading/ingestion';
import { TradingError } from '@trading/model';
import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import type { CommandContext } from '../context';
import { textTable } from '../output';
import { tradingDayEnd, tradingDayStart, utcDayStart } from './moment';
import { openServicePool } from './openServicePool';

/** `trading partitions`: the years that market_data is cut into. */
export function registerPartitions(program: Command): void {
  const partitions = program.command('partitions').summary('the years of market data: list, make, drop');
  registerList(partitions);
  registerEnsure(partitions);
  registerDropBefore(partitions);
}

function registerList(partitions: Command): void {
  const command = partitions
    .command('list')
    .summary('all of them, with rows and size')
    .description(
      'Lists the partitions of market data in the order of time. Rows are as PostgreSQL estimates them.',
    );
  onAction(withJson(command), (context) =>
    withPartitions(context, async (years) => {
      const list = await years.list();
      context.output.result({ partitions: list }, () => partitionsText(list));
    }),
  );
}

function registerEnsure(partitions: Command): void {
  const command = partitions
    .command('ensure')
    .summary('make those that bars of a range go to')
    .description(
      'Makes what is missing, empty, and leaves the rest alone. Whoever ingests does the same unasked.',
    )
    .requiredOption('--from <time>', 'the first bar', tradingDayStart)
    .requiredOption('--to <time>', 'the last bar', tradingDayEnd)
    .option('--dry-run', 'say what would be made, and make nothing');
  onAction<{ from: Date; to: Date; dryRun?: boolean }>(
    withJson(command),
    (context, { from, to, dryRun = false }) =>
      withPartitions(context, async (years) => {
        const made = dryRun ? missingYears(await years.list(), from, to) : await years.ensure(from, to);
        context.output.result({ dryRun, made }, () =>
          made.length === 0
            ? 'All of them are there.'
            : `${dryRun ? 'Would make' : 'Made'} ${made.join(', ')}.`,
        );
      }),
  );
}

function registerDropBefore(partitions: Command): void {
  const command = partitions
    .command('drop-before')
    .summary('drop whole years of bars, for good')
    .description(
      'Drops the partitions that end at or before a time, with all their bars of every symbol and source. A year is ' +
        'dropped whole or kept whole. Nothing happens without --yes.',
    )
    .argument('<time>', 'a date, which is midnight UTC, or a time', utcDayStart)
    .option('--dry-run', 'say what would go, and drop nothing')
    .option('--yes', 'do drop them');
  onAction<{ dryRun?: boolean; yes?: boolean }>(
    withJson(command),
    (context, { dryRun = false, yes = false }) =>
      withPartitions(context, async (years) => {
        const cutoff: Date = command.processedArgs[0];
        const doomed = await years.dropBefore(cutoff, { dryRun: true });
        if (doomed.length > 0 && !dryRun && !yes) throw notConfirmed(doomed, cutoff);
        const dropped = dryRun ? doomed : await years.dropBefore(cutoff, { dryRun: false });
        context.output.result({ dryRun, dropped }, () =>
          dropped.length === 0
            ? `No partition ends at or before ${cutoff.toISOString()}.`
            : `${dryRun ? 'Would drop' : 'Dropped'}\n${partitionsText(dropped)}`,
        );
      }),
  );
}

/** Which years of a range no partition holds: `market_data_2031`. */
function missingYears(list: readonly Partition[], from: Date, to: Date): string[] {
  if (from > to) throw new TradingError('CLI.INVALID_RANGE', '--from must be a time that is not after --to');
  const missing: string[] = [];
  for (let year = from.getUTCFullYear(); year <= to.getUTCFullYear(); year++) {
    const start = Date.UTC(year, 0, 1);
    if (!list.some(({ first, until }) => first.getTime() <= start && start < until.getTime()))
      missing.push(`market_data_${year}`);
  }
  return missing;
}

function notConfirmed(doomed: readonly Partition[], cutoff: Date): TradingError {
  const rows = doomed.reduce((sum, partition) => sum + partition.rows, 0);
  return new TradingError(
    'CLI.NOT_CONFIRMED',
    `this would drop ${doomed.length} partitions with about ${rows} bars before ${cutoff.toISOString()} for good: ` +
      'add --yes to do so, or --dry-run to see which',
    { details: { partitions: doomed.map(({ name }) => name) } },
  );
}

function partitionsText(list: readonly Partition[]): string {
  return textTable(
    ['partition', 'from', 'until', 'rows, about', 'MB'],
    list.map(({ name, first, until, rows, bytes }) => [
      name,
      first.toISOString().slice(0, 10),
      until.toISOString().slice(0, 10),
      String(rows),
      (bytes / 1e6).toFixed(1),
    ]),
  );
}

async function withPartitions(
  context: CommandContext,
  work: (partitions: Partitions) => Promise<void>,
): Promise<undefined> {
  await using pool = await openServicePool(context, 'ingestion');
  await work(createIngestionService({ pool }).partitions);
}
