import { inTransaction, type ServicePool } from '@trading/database';
import { TradingError } from '@trading/model';
import { comparePositions } from '../logPosition';
import { findReplayStart, type ReplayStart } from '../sql/findReplayStart';
import { rewindGroup } from '../sql/rewindGroup';

// Before anything is read: retention, which wants the table for itself, drops what a group would be set back to. It looks
// again at where the groups are once it has the table.
const KEEP_RETENTION_OUT = 'LOCK TABLE event_bus.outbox IN ACCESS SHARE MODE';

/** What is delivered again to whom. */
export interface ReplayOptions {
  readonly group: string;
  /** The first event, or the time from which on events were published. */
  readonly from: ReplayStart;
}

/** What a replay will bring. */
export interface Replay {
  readonly group: string;
  /** Events that the group gets again. */
  readonly events: number;
}

/**
 * Delivers events again to one group: its checkpoint goes back, and so that they have their effect again it forgets that it
 * handled them. What the first time wrote is for the group's own tables to deal with. Consumers may run meanwhile.
 *
 * @param pool  the bus's own: services may not forget what they handled
 * @throws TradingError `EVENTS.NO_SUCH_GROUP`, `EVENTS.NOT_IN_LOG` where the log does not reach back so far,
 *   `EVENTS.NOTHING_TO_REPLAY` where the group has not come so far yet
 */
export async function replayEvents(pool: ServicePool, { group, from }: ReplayOptions): Promise<Replay> {
  return inTransaction(pool, async (tx) => {
    await tx.query(KEEP_RETENTION_OUT);
    const start = await findReplayStart(tx, from);
    if (start === undefined) {
      const what =
        'time' in from ? `published since ${from.time.toISOString()}` : `with the id ${from.eventId}`;
      throw new TradingError('EVENTS.NOT_IN_LOG', `The log holds no event ${what}`, { details: { group } });
    }
    const rewound = await rewindGroup(tx, group, start);
    if (rewound === undefined) {
      throw new TradingError('EVENTS.NO_SUCH_GROUP', `There is no consumer group ${group}`, {
        details: { group },
      });
    }
    if (comparePositions(rewound.was, start) <= 0) {
      throw new TradingError(
        'EVENTS.NOTHING_TO_REPLAY',
        `${group} has not handled anything from there on yet; it will without a replay`,
        { details: { group } },
      );
    }
    return { group, events: rewound.events };
  });
}
