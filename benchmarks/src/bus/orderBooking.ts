import { accountOf, startOrderServer } from '../orders/orderServer';
import { bookedFill, placedOrder } from '../orders/statements';
import type { Booking } from './overhead';
import { createSilentCopies } from './silentCopy';

/** Places an order and books its fill as the order gateway does: two statements, each a transaction, five events. */
export async function openOrderBooking(): Promise<Booking> {
  const { pool, owner, ...server } = await startOrderServer();
  const silent = await createSilentCopies(owner, [
    'record_step',
    'publish_trade',
    'place_order',
    'place_orders',
    'book_fill',
    'book_reports',
  ]);
  let orders = 0;
  const trade = async (place: string, book: string) => {
    const orderId = `order-${orders}`;
    // With and without publishing take turns, so two orders of each side follow one another: each way opens as often as it closes.
    const side = orders % 4 < 2 ? 'buy' : 'sell';
    orders += 1;
    const { rows } = await pool.query<{ status: string }>({
      name: place,
      text: `SELECT status FROM ${place}($1)`,
      values: [placedOrder(orderId, accountOf(0), side)],
    });
    if (rows[0]?.status !== 'submitted') throw new RangeError(`${orderId} was ${rows[0]?.status}`);
    const booked = await pool.query<{ outcome: string }>({
      name: book,
      text: `SELECT outcome FROM ${book}($1)`,
      values: [bookedFill(orderId, accountOf(0))],
    });
    if (booked.rows[0]?.outcome !== 'booked')
      throw new RangeError(`the fill of ${orderId} was ${booked.rows[0]?.outcome}`);
  };
  return {
    prepare: async () => {},
    book: () => trade(silent('place_orders'), silent('book_reports')),
    bookAndPublish: () => trade('execution.place_orders', 'execution.book_reports'),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
