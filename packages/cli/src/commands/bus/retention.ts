import { poolSql } from '@trading/database';
import { applyRetention, planRetention, type Retention } from '@trading/event-bus';
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
        'more, for good. For a schedule, daily or, where millions of events come in a day, hourly: publishing waits while the ' +
        'partition is closed, about 0.2 s a million events in it.',
    )
    .requiredOption('--keep-days <n>', 'what is younger stays, read or not', wholeNumber(1, 36_500))
    .option('--dry-run', 'say what would go, and do nothing');
  onAction<{ keepDays: number; dryRun?: boolean }>(
    withJson(command),
    async (context, { keepDays, dryRun = false }) => {
      await using pool = await openServicePool(context, 'event_bus');
      const keepSince = new Date(Date.now() - keepDays * DAY_MS);
      const retention = await (dryRun ? planRetention : applyRetention)(poolSql(pool), keepSince);
      context.output.result({ dryRun, ...retention }, () => retentionText(retention));
      return undefined;
    },
  );
}

function retentionText({ opened, dropped, needed, neededBy, forgotten }: Retention): string {
  const dryRun = opened === null;
  const lines = [
    dropped.length === 0
      ? `Nothing ${dryRun ? 'is' : 'was'} old enough to drop.`
      : `${dryRun ? 'Would drop' : 'Dropped'} ${dropped.join(', ')}.`,
  ];
  if (needed.length > 0)
    lines.push(
      `${needed.join(', ')} would go too, but ${neededBy === null ? 'no group has' : `${neededBy} has not`} read them.`,
    );
  lines.push(
    dryRun
      ? `${forgotten} inbox rows would be forgotten.`
      : `Publishing goes to ${opened}; ${forgotten} inbox rows were forgotten.`,
  );
  return lines.join('\n');
}
