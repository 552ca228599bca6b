import { poolSql } from '@trading/database';
import { applyRetention } from '@trading/event-bus';
import type { Command } from 'commander';
import { onAction, withJson } from '../../command';
import { openServicePool } from '../openServicePool';
import { wholeNumber } from '../wholeNumber';

const DAY_MS = 86_400_000;

/** `trading bus retention`: the log's daily housekeeping. */
export function registerRetention(bus: Command): void {
  const command = bus
    .command('retention')
    .summary("a day's housekeeping: drop what is old and what every group has read")
    .description(
      'Closes the open partition of the log and drops those that are older than --keep-days and that no group needs any ' +
        'more, for good. For a daily schedule. Publishing waits for some milliseconds meanwhile.',
    )
    .requiredOption('--keep-days <n>', 'what is younger stays, read or not', wholeNumber(1, 36_500));
  onAction<{ keepDays: number }>(withJson(command), async (context, { keepDays }) => {
    await using pool = await openServicePool(context, 'event_bus');
    const retention = await applyRetention(poolSql(pool), new Date(Date.now() - keepDays * DAY_MS));
    const { opened, dropped, forgotten } = retention;
    context.output.result(retention, () =>
      [
        dropped.length === 0 ? 'Nothing was old enough to drop.' : `Dropped ${dropped.join(', ')}.`,
        `Publishing goes to ${opened}; ${forgotten} inbox rows were forgotten.`,
      ].join('\n'),
    );
    return undefined;
  });
}
