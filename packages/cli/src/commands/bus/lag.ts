import { poolSql } from '@trading/database';
import { readBusLag } from '@trading/event-bus';
import type { Command } from 'commander';
import { onAction, withJson } from '../../command';
import { EXIT } from '../../exitCode';
import { openServicePool } from '../openServicePool';
import { lagText } from './lagText';

/** `trading bus lag`: who is how far behind, and who keeps events from them. */
export function registerLag(bus: Command): void {
  const command = bus
    .command('lag')
    .summary('how far each group is behind, and which open transactions hold events back')
    .description(
      'Events are read in the order of their transactions, so that none is passed over: one that stays open, in any ' +
        'database of the server, holds back all that were committed after it began. Only events that a group listens to ' +
        'count, of the first 100,000 behind its checkpoint. Exits 1 where checkpoints lie beyond what the server has reached, as ' +
        'after a restore from an older copy.',
    );
  onAction(withJson(command), async (context) => {
    await using pool = await openServicePool(context, 'event_bus');
    const lag = await readBusLag(poolSql(pool));
    context.output.result(lag, () => lagText(lag));
    return lag.horizon.checkpointsAheadOfServer ? EXIT.problem : EXIT.ok;
  });
}
