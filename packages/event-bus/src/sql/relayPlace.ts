import type { Sql } from '@trading/database';
import { type Place, placeOf } from '../place';

/** The name under which the relay keeps its place among the groups. */
export const RELAY_GROUP = 'event_bus.relay';

const STORE = `
  INSERT INTO event_bus.consumer_groups (consumer_group, last_xid, last_id) VALUES ($1, $2::bigint, $3::bigint)
  ON CONFLICT (consumer_group) DO UPDATE SET last_xid = excluded.last_xid, last_id = excluded.last_id
  WHERE (event_bus.consumer_groups.last_xid, event_bus.consumer_groups.last_id) < (excluded.last_xid, excluded.last_id)`;

/** Remembers how far events were announced; never goes back. */
export async function storeRelayPlace(sql: Sql, place: Place): Promise<void> {
  await sql.query(STORE, [RELAY_GROUP, place.xid, place.id], 'event_bus.store_relay_place');
}

const READ = `
  SELECT last_xid::text AS xid, last_id::text AS id FROM event_bus.consumer_groups WHERE consumer_group = $1`;

/** How far events were announced, as last remembered. */
export async function readRelayPlace(sql: Sql): Promise<Place | undefined> {
  const [row] = await sql.query<{ xid: string; id: string }>(
    READ,
    [RELAY_GROUP],
    'event_bus.read_relay_place',
  );
  return row === undefined ? undefined : placeOf(row);
}
