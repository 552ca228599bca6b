import type { ExecutionClient } from '@trading/execution';
import { Decimal } from '@trading/model';
import {
  type Denial,
  type JudgedAccount,
  judgeMarketOrder,
  type Limit,
  type PositionLimit,
} from '@trading/risk';
import { DECIDED_AT } from './orderServer';

/** What a Prisma client's interactive transaction gives to work with. */
export type PrismaTransaction = Parameters<Parameters<ExecutionClient['$transaction']>[0]>[0];

const WORKING = ['pending', 'submitted', 'partially_filled'] as const;

/**
 * The risk check as an application on Prisma makes it: locks the account, reads what there is, a statement for each table,
 * decides in TypeScript. It reads no more than these orders need (no strategy, no notional of a position; no limits where an
 * order only reduces, like the function), and other schemas by plain statements.
 */
export async function judgeByReading(
  tx: PrismaTransaction,
  { orderId, accountId, side }: { orderId: string; accountId: string; side: 'buy' | 'sell' },
): Promise<Denial | null> {
  await tx.$executeRawUnsafe(
    `SELECT pg_advisory_xact_lock(hashtextextended('prisma_peer.account:' || $1, 0))`,
    accountId,
  );
  if ((await tx.order.findUnique({ where: { orderId } })) !== null)
    throw new RangeError(`order ${orderId} is there already`);
  const [bar] = await tx.$queryRawUnsafe<{ close: string; at: Date }[]>(
    `SELECT close::text, "timestamp" AS at FROM data_ingestion.bars
      WHERE symbol = 'AAPL' AND data_source = 'yahoo' AND "timestamp" <= $1::timestamptz
        AND "timestamp" > $1::timestamptz - interval '366 days' ORDER BY "timestamp" DESC LIMIT 1`,
    DECIDED_AT,
  );
  const positions = await tx.position.findMany({ where: { accountId } });
  const orders = await tx.order.findMany({ where: { accountId, status: { in: [...WORKING] } } });
  const killed = await tx.$queryRawUnsafe<unknown[]>(
    `SELECT level FROM risk_management.kill_switches WHERE lifted_at IS NULL
        AND (scope, target) IN (('all', ''), ('account', $1), ('symbol', 'AAPL'))`,
    accountId,
  );
  if (killed.length > 0) throw new RangeError(`account ${accountId} is stopped`);
  const held = positions.find(({ symbol }) => symbol === 'AAPL');
  const leaving = orders
    .filter((one) => one.symbol === 'AAPL' && one.side === side)
    .reduce(
      (sum, one) => sum.plus(one.quantity.toString()).minus(one.filledQuantity.toString()),
      new Decimal(1),
    );
  const shares = decimal(held?.quantity ?? 0);
  if (leaving.lte(side === 'sell' ? shares : shares.negated())) return null;
  const limits = await tx.$queryRawUnsafe<{ limit_type: Limit['type']; limit_value: string }[]>(
    `SELECT limit_type, limit_value::text FROM risk_management.risk_limits WHERE account_id = $1 AND strategy = '' AND active`,
    accountId,
  );
  const caps = await tx.$queryRawUnsafe<{ symbol: string; max_quantity: string | null }[]>(
    `SELECT symbol, max_quantity::text FROM risk_management.position_limits WHERE account_id = $1 AND symbol IN ('AAPL', '*')`,
    accountId,
  );
  const [state] = await tx.$queryRawUnsafe<Record<'capital' | 'open' | 'last' | 'peak' | 'day', string>[]>(
    `SELECT capital::text, day_open_pnl::text AS open, last_pnl::text AS last, peak_pnl::text AS peak, trading_day::text AS day
       FROM risk_management.account_states WHERE account_id = $1`,
    accountId,
  );
  const holdings = positions.map((one) => ({
    symbol: one.symbol,
    quantity: decimal(one.quantity),
    mark: decimal(one.markPrice ?? one.avgPrice),
    pnl: decimal(one.realizedPnl).plus(
      one.markPrice === null
        ? 0
        : decimal(one.quantity).times(decimal(one.markPrice)).minus(decimal(one.costBasis)),
    ),
  }));
  const account: JudgedAccount = {
    holdings,
    orders: orders.map((one) => ({
      symbol: one.symbol,
      side: one.side,
      quantity: decimal(one.quantity),
      leaves: decimal(one.quantity).minus(decimal(one.filledQuantity)),
      referencePrice: decimal(one.referencePrice ?? 0),
      rejected: false,
      decidedAt: one.decidedAt,
    })),
    pnl: holdings.reduce((sum, { pnl }) => sum.plus(pnl), new Decimal(0)),
    state: {
      capital: decimal(state?.capital ?? 0),
      tradingDay: state?.day ?? null,
      dayOpenPnl: decimal(state?.open ?? 0),
      lastPnl: decimal(state?.last ?? 0),
      peakPnl: decimal(state?.peak ?? 0),
    },
    limits: limits.map(({ limit_type, limit_value }) => ({
      accountId,
      strategyId: null,
      type: limit_type,
      value: decimal(limit_value),
      current: null,
      active: true,
      breachedAt: null,
    })),
    positionLimits: caps.map(
      ({ symbol, max_quantity }): PositionLimit => ({
        accountId,
        symbol,
        maxQuantity: max_quantity === null ? null : decimal(max_quantity),
        maxNotional: null,
        maxOutsideSession: null,
        breachedAt: null,
      }),
    ),
  };
  return judgeMarketOrder(
    {
      symbol: 'AAPL',
      side,
      quantity: new Decimal(1),
      strategyId: null,
      decidedAt: new Date(DECIDED_AT),
      reference: bar === undefined ? null : { price: decimal(bar.close), at: bar.at },
    },
    account,
  );
}

function decimal(value: { toString(): string } | number): Decimal {
  return new Decimal(value.toString());
}
