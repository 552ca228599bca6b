import { createServicePool } from '@trading/database';
import { bookedFill } from '../orders/statements';
import type { BusServers } from './busServers';
import type { Booking } from './overhead';
import { createSilentCopies } from './silentCopy';

/** Orders that work, of accounts that hold nothing yet. */
const WORKING_ORDERS = `
  INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, quantity, decided_at, trading_source, status)
  SELECT 'bench-' || n, 'B' || n % 32, 'AAPL', 'buy', 'market', 1, '2024-06-03T20:00:00Z', 'yahoo', 'submitted'
    FROM generate_series($1::int, $2::int) AS n`;

/**
 * Books fills as the order gateway does: one statement books order, trade, position and log, and publishes all three.
 * What it takes without publishing is measured with a copy of the same function that lacks only that.
 */
export async function openFunctionBooking({ admin, server }: BusServers): Promise<Booking> {
  const silently = await createSilentCopies(admin, [
    'record_step',
    'publish_trade',
    'book_fill',
    'book_reports',
  ]);
  const pool = createServicePool({ service: 'execution', url: server.serviceUrl('execution') });
  let prepared = 0;
  let booked = 0;
  const book = async (bookFill: string) => {
    booked += 1;
    const { rows } = await pool.query<{ outcome: string }>({
      name: bookFill,
      text: `SELECT outcome FROM ${bookFill}($1)`,
      values: [bookedFill(`bench-${booked}`, `B${booked % 32}`)],
    });
    if (rows[0]?.outcome !== 'booked') throw new RangeError(`fill ${booked} was ${rows[0]?.outcome}`);
  };
  return {
    async prepare(fills) {
      await admin.query(WORKING_ORDERS, [prepared + 1, prepared + fills]);
      prepared += fills;
    },
    book: () => book(silently('book_reports')),
    bookAndPublish: () => book('execution.book_reports'),
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
