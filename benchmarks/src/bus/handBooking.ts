import { createServicePool, inTransaction, type Transaction } from '@trading/database';
import { createPublisher } from '@trading/event-bus';
import type { BusServers } from './busServers';
import { barNews, EVENT_TYPE } from './events';
import type { Booking } from './overhead';

const CREATE_BOOKS = `
  CREATE TABLE bus_bench.orders (id int PRIMARY KEY, filled numeric(15,4) NOT NULL, status text NOT NULL);
  CREATE TABLE bus_bench.trades (id int PRIMARY KEY, order_id int NOT NULL REFERENCES bus_bench.orders,
    quantity numeric(15,4) NOT NULL, price numeric(15,4) NOT NULL, at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE bus_bench.positions (key text PRIMARY KEY, quantity numeric(15,4) NOT NULL);
  CREATE TABLE bus_bench.order_log (order_id int NOT NULL, entry text NOT NULL, at timestamptz NOT NULL DEFAULT now());
  GRANT ALL ON ALL TABLES IN SCHEMA bus_bench TO PUBLIC;`;

/** A fill that is booked as a service books one by hand: order, trade, position and log, a statement each. */
async function bookFill(tx: Transaction, number: number): Promise<void> {
  await tx.query(
    "INSERT INTO bus_bench.orders (id, filled, status) VALUES ($1, 0, 'submitted')",
    [number],
    'bench.order',
  );
  await tx.query(
    'INSERT INTO bus_bench.trades (id, order_id, quantity, price) VALUES ($1, $1, 10, 156.1)',
    [number],
    'bench.trade',
  );
  await tx.query(
    "UPDATE bus_bench.orders SET filled = filled + 10, status = 'filled' WHERE id = $1",
    [number],
    'bench.fill',
  );
  await tx.query(
    `INSERT INTO bus_bench.positions (key, quantity) VALUES ($1, 10)
     ON CONFLICT (key) DO UPDATE SET quantity = positions.quantity + 10`,
    [`paper:SYM${number % 100}`],
    'bench.position',
  );
  await tx.query(
    "INSERT INTO bus_bench.order_log (order_id, entry) VALUES ($1, 'submitted -> filled')",
    [number],
    'bench.log',
  );
}

/** Books fills by hand; what is published goes with the commit, in one message. */
export async function openHandBooking({ admin, server }: BusServers): Promise<Booking> {
  await admin.query(CREATE_BOOKS);
  const pool = createServicePool({ service: 'ingestion', url: server.serviceUrl('ingestion') });
  const publisher = createPublisher({ service: 'ingestion' });
  let booked = 0;
  const book = (publishing: boolean) => {
    booked += 1;
    const number = booked;
    return inTransaction(pool, async (tx) => {
      await bookFill(tx, number);
      if (publishing) await publisher.publish(tx, EVENT_TYPE, barNews(number));
    });
  };
  return {
    prepare: async () => {},
    book: () => book(false),
    bookAndPublish: () => book(true),
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
