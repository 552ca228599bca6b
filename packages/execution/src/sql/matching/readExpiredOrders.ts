import type { Sql } from '@trading/database';
import { dailyBarStart } from '@trading/model';

const DAY_MS = 86_400_000;

const TEXT = `
SELECT order_id FROM execution.orders
 WHERE time_in_force = 'day' AND status IN ('pending', 'submitted', 'partially_filled') AND decided_at < $1
 ORDER BY id`;

/**
 * Ids of day orders that still work though their session is over before a trading date. One that was decided on the
 * evening before is for the session of the date, so a day more is allowed.
 */
export async function readExpiredOrders(sql: Sql, date: string): Promise<string[]> {
  const dayBefore = new Date(dailyBarStart(date).getTime() - DAY_MS);
  const rows = await sql.query<{ order_id: string }>(TEXT, [dayBefore]);
  return rows.map(({ order_id }) => order_id);
}
