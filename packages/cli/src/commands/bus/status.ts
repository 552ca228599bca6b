import { poolSql } from '@trading/database';
import { type BusStatus, readBusStatus } from '@trading/event-bus';
import type { Command } from 'commander';
import { onAction, withJson } from '../../command';
import { EXIT } from '../../exitCode';
import { textTable } from '../../output';
import { openServicePool } from '../openServicePool';
import { lagText } from './lagText';

/** `trading bus status`: the whole bus at a glance. */
export function registerBusStatus(bus: Command): void {
  const command = bus
    .command('status')
    .summary('groups, the horizon, dead letters and the partitions of the log')
    .description(
      'Exits 1 where a group has dead letters, or where places lie beyond what the server has reached, as after a ' +
        'restore from an older copy.',
    );
  onAction(withJson(command), async (context) => {
    await using pool = await openServicePool(context, 'event_bus');
    const status = await readBusStatus(poolSql(pool));
    context.output.result(status, () => statusText(status));
    const dead = status.groups.some(({ deadLetters }) => deadLetters > 0);
    return dead || status.horizon.checkpointsAheadOfServer ? EXIT.problem : EXIT.ok;
  });
}

function statusText(status: BusStatus): string {
  return [
    lagText(status),
    `${status.publishedLastMinute} events were published in the last minute.`,
    textTable(
      ['partition', 'events, about', 'MB', ''],
      status.partitions.map(({ name, events, bytes, open }) => [
        name,
        String(events),
        (bytes / 1e6).toFixed(1),
        open ? 'open' : '',
      ]),
    ),
  ].join('\n\n');
}
