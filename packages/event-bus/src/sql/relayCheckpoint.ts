import type { Sql } from '@trading/database';
import { type LogPosition, positionOf } from '../logPosition';

/** The name under which the relay keeps its checkpoint among the groups. */
export const RELAY_GROUP = 'event_bus.relay';

const STORE = `
  INSERT INTO event_bus.consumer_groups (consumer_group, last_xid, last_id) VALUES ($1, $2::bigint, $3::bigint)
  ON CONFLICT (consumer_group) DO UPDATE SET last_xid = excluded.last_xid, last_id = excluded.last_id
  WHERE (event_bus.consumer_groups.last_xid, event_bus.consumer_groups.last_id) < (excluded.last_xid, excluded.last_id)`;

/** Stores how far events were moved and announced; never goes back. */
export async function storeRelayCheckpoint(sql: Sql, checkpoint: LogPosition): Promise<void> {
  await sql.query(STORE, [RELAY_GROUP, checkpoint.xid, checkpoint.id], 'event_bus.store_relay_checkpoint');
}

const READ = `
  SELECT last_xid::text AS xid, last_id::text AS id FROM event_bus.consumer_groups WHERE consumer_group = $1`;

/** How far events were moved and announced; undefined where no relay has run yet. */
export async function readRelayCheckpoint(sql: Sql): Promise<LogPosition | undefined> {
  const [row] = await sql.query<{ xid: string; id: string }>(
    READ,
    [RELAY_GROUP],
    'event_bus.read_relay_checkpoint',
  );
  return row === undefined ? undefined : positionOf(row);
}

const IN_LOG = `SELECT 1 FROM event_bus.outbox WHERE xid = $1::bigint AND id = $2::bigint`;

/** Whether the log has an event at this very position. */
export async function isInLog(sql: Sql, { xid, id }: LogPosition): Promise<boolean> {
  return (await sql.query(IN_LOG, [xid, id], 'event_bus.is_in_log')).length > 0;
}
