import { inTurn } from './inTurn';
import { type OrderServer, startOrderServer } from './orders/orderServer';
import { bareTrade, gatewayTrade, serviceTrade } from './orders/ours';
import { hasPgbench, pgbench } from './orders/pgbench';
import { prismaTrade } from './orders/prisma';
import { type TradeOnce, tradeFor } from './orders/workers';
import { atLeast, type BenchContext, type BenchResult, type BenchRow, machine } from './result';

/** How many trade at once. */
const CONCURRENCY = [1, 8, 32] as const;
const SECONDS = 1.5;
/** How many orders are in the table when the last figures are taken. */
const MANY_ORDERS = 1_000_000;

/**
 * An order from the risk check to the booked fill, fsync on: the gateway against pgbench running the same functions (the
 * limit), the same functions through pg alone, the service's commands, and Prisma's interactive transactions.
 */
export async function runOrders(context: BenchContext): Promise<BenchResult> {
  await using server = await startOrderServer();
  const took = new Map<number, number[]>(CONCURRENCY.map((workers) => [workers, []]));
  const ways: Readonly<Record<string, TradeOnce>> = {
    gateway: gatewayTrade(server),
    'pg, same functions': bareTrade(server),
    'service commands': serviceTrade(server),
    'Prisma interactive transactions': prismaTrade(server),
  };
  const contenders: Record<string, () => Promise<number>> = {};
  for (const workers of CONCURRENCY) {
    if (hasPgbench())
      contenders[named('pgbench', workers)] = () => pgbench(server, Math.ceil(SECONDS), workers);
    for (const [way, trade] of Object.entries(ways)) {
      const times = way === 'gateway' ? took.get(workers) : undefined;
      contenders[named(way, workers)] = () => tradeFor(SECONDS, workers, trade, times);
    }
  }
  const measured = await inTurn(context, contenders);
  const of = (way: string, workers: number) => measured[named(way, workers)] ?? Number.NaN;
  context.progress(`filling the table to ${MANY_ORDERS} orders`);
  const few = of('gateway', 1);
  await fillTable(server);
  const many = await tradeFor(SECONDS * 2, 1, gatewayTrade(server));
  return {
    bench: 'orders',
    machine: machine(),
    rounds: context.rounds,
    rows: [
      ...Object.entries(measured).map(([name, value]): BenchRow => ({ name, value, unit: 'orders/s' })),
      ...CONCURRENCY.flatMap((workers) => [
        {
          name: named('gateway p50, placed to booked', workers),
          value: percentile(took.get(workers), 0.5),
          unit: 'ms',
        },
        {
          name: named('gateway p99, placed to booked', workers),
          value: percentile(took.get(workers), 0.99),
          unit: 'ms',
        },
      ]),
      { name: `gateway, 1 at once, ${MANY_ORDERS} orders in the table`, value: many, unit: 'orders/s' },
    ],
    ratios: [
      ...(hasPgbench()
        ? [
            atLeast('gateway / pgbench, 1 at once', few, of('pgbench', 1), 0.8),
            atLeast('gateway / pgbench, 32 at once', of('gateway', 32), of('pgbench', 32), 2),
          ]
        : []),
      atLeast('gateway / Prisma interactive, 1 at once', few, of('Prisma interactive transactions', 1), 10),
      atLeast(
        'gateway / Prisma interactive, 32 at once',
        of('gateway', 32),
        of('Prisma interactive transactions', 32),
        10,
      ),
      atLeast(`${MANY_ORDERS} orders in the table / few`, many, few, 0.8),
    ],
  };
}

const named = (way: string, workers: number) => `${way}, ${workers} at once`;

/** Orders of the accounts that trade, all done: what they cost is being in the way. */
async function fillTable({ owner }: OrderServer): Promise<void> {
  await owner.query(
    `INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, quantity, decided_at, status)
     SELECT 'old-' || n, 'B' || n % 32, 'AAPL', 'buy', 'market', 1, '2024-01-01'::timestamptz + n * interval '1 second', 'cancelled'
       FROM generate_series(1, $1::int - (SELECT count(*)::int FROM execution.orders)) AS n`,
    [MANY_ORDERS],
  );
  await owner.query('ANALYZE execution.orders');
}

function percentile(values: readonly number[] | undefined, part: number): number {
  const sorted = [...(values ?? [])].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
