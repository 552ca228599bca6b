import type { Sql } from '@trading/database';

const COUNT = `
  SELECT count(*)::int AS events FROM event_bus.outbox WHERE published_at > clock_timestamp() - interval '1 minute'`;

/** Events that were published within the last minute. */
export async function countPublished(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ events: number }>(COUNT, [], 'event_bus.count_published');
  return row?.events ?? 0;
}
