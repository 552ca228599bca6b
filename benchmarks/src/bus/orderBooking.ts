import { accountOf, DECIDED_AT, EXECUTED_AT, startOrderServer } from '../orders/orderServer';
import type { Booking } from './overhead';
import { createSilentCopy } from './silentCopy';

/** Places an order and books its fill as the order gateway does: two statements, each a transaction, five events. */
export async function openOrderBooking(): Promise<Booking> {
  const { pool, owner, ...server } = await startOrderServer();
  const [placeSilently, bookSilently] = [
    await createSilentCopy(owner, 'place_order'),
    await createSilentCopy(owner, 'book_working_fill'),
  ];
  let orders = 0;
  const trade = async (place: string, book: string) => {
    const orderId = `order-${orders}`;
    // With and without publishing take turns, so two orders of each side follow one another: each way opens as often as it closes.
    const side = orders % 4 < 2 ? 'buy' : 'sell';
    orders += 1;
    const { rows } = await pool.query<{ status: string }>({
      name: place,
      text: `SELECT status FROM ${place}(
        $1, $2, 'AAPL', $3, 'market', 'day', 1, NULL, NULL, NULL, NULL, $4, 'yahoo', $1, NULL, NULL, true)`,
      values: [orderId, accountOf(0), side, DECIDED_AT],
    });
    if (rows[0]?.status !== 'submitted') throw new RangeError(`${orderId} was ${rows[0]?.status}`);
    const booked = await pool.query<{ outcome: string }>({
      name: book,
      text: `SELECT outcome FROM ${book}($1, $2, $3, 1, 100.25, 1, $4, '2024-06-05', $1)`,
      values: [orderId, accountOf(0), `x-${orderId}`, EXECUTED_AT],
    });
    if (booked.rows[0]?.outcome !== 'booked')
      throw new RangeError(`the fill of ${orderId} was ${booked.rows[0]?.outcome}`);
  };
  return {
    prepare: async () => {},
    book: () => trade(placeSilently, bookSilently),
    bookAndPublish: () => trade('execution.place_order', 'execution.book_working_fill'),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
