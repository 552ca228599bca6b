import type { Sql } from '@trading/database';
import { entryId } from '../redis/keys';
import { countPublished } from '../sql/countPublished';
import { type GroupLag, readGroupLags } from '../sql/readGroupLags';
import { type Horizon, readHorizon } from '../sql/readHorizon';
import { type LogPartition, readPartitions } from '../sql/readPartitions';
import { RELAY_GROUP } from '../sql/relayCheckpoint';

/** Where a group stands, as plain data. */
export interface GroupStatus extends Omit<GroupLag, 'checkpoint' | 'movedAt'> {
  /** `<transaction>-<number>`, as a stream's entry id. */
  readonly checkpoint: string;
  /** ISO 8601, UTC. */
  readonly movedAt: string;
}

/** Who is how far behind, and why. */
export interface BusLag {
  readonly groups: readonly GroupStatus[];
  /** How far events were announced and given to the streams; undefined where no relay has run. */
  readonly relay: GroupStatus | undefined;
  readonly horizon: Horizon;
}

/** The whole bus at a glance. */
export interface BusStatus extends BusLag {
  readonly publishedLastMinute: number;
  readonly partitions: readonly LogPartition[];
}

/** Events behind each group that are looked at. */
const LOOK_AHEAD = 100_000;

/**
 * How far every group is behind, in events and in seconds, and which open transactions keep committed events from all of
 * them. The bus's own role, or one that may see other sessions, sees most.
 */
export async function readBusLag(sql: Sql): Promise<BusLag> {
  const lags = (await readGroupLags(sql, LOOK_AHEAD)).map(
    ({ checkpoint, movedAt, ...lag }): GroupStatus => ({
      ...lag,
      checkpoint: entryId(checkpoint),
      movedAt: movedAt.toISOString(),
    }),
  );
  return {
    groups: lags.filter(({ group }) => group !== RELAY_GROUP),
    relay: lags.find(({ group }) => group === RELAY_GROUP),
    horizon: await readHorizon(sql),
  };
}

/** The lag, how much is published, and the log's partitions. */
export async function readBusStatus(sql: Sql): Promise<BusStatus> {
  return {
    ...(await readBusLag(sql)),
    publishedLastMinute: await countPublished(sql),
    partitions: await readPartitions(sql),
  };
}
