import { createServicePool } from '@trading/database';
import { inTurn } from './inTurn';
import { type OrderServer, startOrderServer } from './orders/orderServer';
import { bareTrade, serviceTrade } from './orders/ours';
import { FLOOR_SCRIPT, hasPgbench, ORDER_SCRIPT, pgbench } from './orders/pgbench';
import { prismaTrade } from './orders/prisma';
import { type TradeOnce, tradeFor } from './orders/workers';
import { atLeast, type BenchContext, type BenchResult, type BenchRow, machine, percentile } from './result';

/** How many trade at once. */
const CONCURRENCY = [1, 8, 32] as const;
const SECONDS = 1.5;
/** How many orders are in the tables of the second server, unless told. */
const MANY_ORDERS = 1_000_000;

/**
 * An order from the risk check to the booked fill, fsync on: the execution service, as `trading run` and the commands use it,
 * against pgbench running the same functions (the limit), the same functions through pg alone, and Prisma's interactive
 * transactions. Two commits of one row each say what the disk alone takes. A second server whose table is full trades in turn with the first, so that
 * the machine's own drift isn't taken for growth.
 */
export async function runOrders(context: BenchContext): Promise<BenchResult> {
  await using server = await startOrderServer();
  await using full = await startOrderServer();
  const orders = context.rows ?? MANY_ORDERS;
  context.progress(`filling a second table to ${orders} orders`);
  await fillTable(full, orders);
  const took = new Map<number, number[]>(CONCURRENCY.map((workers) => [workers, []]));
  const ways: Readonly<Record<string, TradeOnce>> = {
    [OURS]: serviceTrade(server),
    'pg, same functions': bareTrade(server),
    [PRISMA]: prismaTrade(server, 'reading'),
    [PRISMA_WITH_FUNCTION]: prismaTrade(server, 'function'),
  };
  const contenders: Record<string, () => Promise<number>> = {};
  if (hasPgbench()) contenders[named(FLOOR, 1)] = () => pgbench(server, FLOOR_SCRIPT, Math.ceil(SECONDS), 1);
  contenders[named(crowded(orders), 1)] = () => tradeFor(SECONDS, 1, serviceTrade(full));
  for (const workers of CONCURRENCY) {
    if (hasPgbench())
      contenders[named('pgbench', workers)] = () =>
        pgbench(server, ORDER_SCRIPT, Math.ceil(SECONDS), workers);
    for (const [way, trade] of Object.entries(ways)) {
      const times = way === OURS ? took.get(workers) : undefined;
      contenders[named(way, workers)] = () => tradeFor(SECONDS, workers, trade, times);
    }
  }
  contenders[named(OURS, CROWD)] = () => tradeFor(SECONDS, CROWD, serviceTrade(server));
  const measured = await inTurn(context, contenders);
  const of = (way: string, workers: number) => measured[named(way, workers)] ?? Number.NaN;
  const few = of(OURS, 1);
  return {
    bench: 'orders',
    machine: machine(),
    rounds: context.rounds,
    rows: [
      ...Object.entries(measured).map(([name, value]): BenchRow => ({ name, value, unit: 'orders/s' })),
      ...CONCURRENCY.flatMap((workers) => [
        {
          name: named('p50, placed to booked', workers),
          value: percentile(took.get(workers) ?? [], 0.5),
          unit: 'ms',
        },
        {
          name: named('p99, placed to booked', workers),
          value: percentile(took.get(workers) ?? [], 0.99),
          unit: 'ms',
        },
      ]),
    ],
    ratios: [
      ...(hasPgbench()
        ? [
            atLeast('service / floor, 1 at once', few, of(FLOOR, 1), 0.1),
            atLeast('service / floor, 32 at once', of(OURS, 32), of(FLOOR, 1), 0.42),
            atLeast('service / pgbench, 1 at once', few, of('pgbench', 1), 0.8),
            atLeast('service / pgbench, 32 at once', of(OURS, 32), of('pgbench', 32), 2),
          ]
        : []),
      atLeast('service / Prisma interactive, 1 at once', few, of(PRISMA, 1), 10),
      atLeast('service / Prisma interactive, 32 at once', of(OURS, 32), of(PRISMA, 32), 10),
      ...[1, 32].map((workers) =>
        atLeast(
          `service / ${PRISMA_WITH_FUNCTION}, ${workers} at once`,
          of(OURS, workers),
          of(PRISMA_WITH_FUNCTION, workers),
          10,
        ),
      ),
      atLeast(`${orders} orders in the table / few`, of(crowded(orders), 1), few, 0.8),
    ],
  };
}

const OURS = 'service';
const FLOOR = 'pgbench, two commits of one row (floor)';
/** As many as the service's gateway is to bear; the others have no more connections than workers. */
const CROWD = 256;
const PRISMA = 'Prisma interactive transactions';
const PRISMA_WITH_FUNCTION = 'Prisma with our risk function';
const crowded = (orders: number) => `service, ${orders} orders in the table`;
const named = (way: string, workers: number) => `${way}, ${workers} at once`;

/** Orders of the accounts that trade, all done: what they cost is being in the way. */
async function fillTable({ server, owner }: OrderServer, orders: number): Promise<void> {
  await owner.query(
    `INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, quantity, decided_at, trading_source, status)
     SELECT 'old-' || n, 'B' || n % 32, 'AAPL', 'buy', 'market', 1, '2024-01-01'::timestamptz + n * interval '1 second', 'yahoo', 'cancelled'
       FROM generate_series(1, $1::int) AS n`,
    [orders],
  );
  // What the load left to be written and cleaned up is not what is measured.
  await owner.query('VACUUM ANALYZE execution.orders');
  await using admin = createServicePool({ url: server.adminUrl, service: 'execution', max: 1 });
  await admin.query('CHECKPOINT');
}
