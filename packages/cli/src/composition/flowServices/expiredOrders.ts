import { poolSql, type ServicePool } from '@trading/database';
import { dailyBarStart } from '@trading/model';

/**
 * Day orders that were decided before a trading date and still work. One that was decided on the evening before is for the
 * session of the date, so a day more is allowed.
 *
 * @param pool  execution's
 */
export async function expiredOrders(pool: ServicePool, date: string): Promise<string[]> {
  const dayBefore = new Date(dailyBarStart(date).getTime() - 24 * 3_600_000);
  const rows = await poolSql(pool).query<{ order_id: string }>(
    `SELECT order_id FROM execution.orders
     WHERE time_in_force = 'day' AND status IN ('pending', 'submitted', 'partially_filled') AND decided_at < $1
     ORDER BY id`,
    [dayBefore],
  );
  return rows.map(({ order_id }) => order_id);
}
