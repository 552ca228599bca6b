import { poolSql, type ServicePool } from '@trading/database';
import { Decimal } from '@trading/model';
import { type AuditedTradeRow, readPositionAsOf, readSplitsAsOf } from '../sql/positions/readPositionAsOf';
import { FLAT } from './position';
import { type ReplayedSplit, replayPosition } from './replay';

/** One move of an order. */
export interface AuditedMove {
  readonly from: string | null;
  readonly to: string;
  readonly event: string;
  /** On creation, what risk checked: each limit with its value and what the order made of it. */
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly at: string;
}

/** What a strategy said, and the bar that it said it on. Numbers are decimal text. */
export interface AuditedSignal {
  readonly signal: 'buy' | 'sell' | 'hold';
  readonly strength: string;
  /** Close of the bar, as the strategy saw it: the bar may have been corrected since. */
  readonly price: string;
  /** Start of the bar. */
  readonly barTimestamp: Date;
  /** The bar as it is stored now; null where it is gone, or the signal is from before its series was kept. */
  readonly bar: {
    readonly dataSource: string;
    readonly open: string;
    readonly high: string;
    readonly low: string;
    readonly close: string;
    readonly volume: string;
  } | null;
}

/** A trade, and what led to it. Numbers are decimal text. */
export interface AuditedTrade {
  readonly tradeId: string;
  readonly executionId: string;
  readonly kind: 'fill' | 'bust';
  readonly correctsTradeId: string | null;
  readonly side: 'buy' | 'sell';
  readonly quantity: string;
  readonly price: string;
  readonly commission: string;
  readonly realizedPnl: string;
  readonly executedAt: Date;
  readonly bookedAt: Date;
  readonly settlementDate: string | null;
  /** The position after it, derived again from the trades up to here. */
  readonly after: { readonly quantity: string; readonly avgPrice: string; readonly realizedPnl: string };
  readonly order: {
    readonly orderId: string;
    readonly orderType: string;
    readonly quantity: string;
    readonly status: string;
    readonly strategyId: string | null;
    readonly signalId: string | null;
    /** What that signal said; null where no strategy asked for the order. */
    readonly signal: AuditedSignal | null;
    readonly correlationId: string | null;
    /** Start of the bar that it was decided on. */
    readonly decidedAt: Date;
    readonly referencePrice: string | null;
    readonly moves: readonly AuditedMove[];
  };
}

/** A split of what was held. Numbers are decimal text. */
export interface AuditedSplit {
  readonly actionId: string;
  /** `YYYY-MM-DD`. */
  readonly exDate: string;
  readonly numerator: string;
  readonly denominator: string;
  /** Paid for fractions up to and with this split. */
  readonly cashInLieu: string;
  /** The position after it. */
  readonly after: AuditedTrade['after'];
}

/** A position, as it follows from its trades and splits. */
export interface PositionAudit {
  readonly accountId: string;
  readonly symbol: string;
  /** The moment it is told for; null is now. */
  readonly asOf: Date | null;
  readonly quantity: string;
  readonly avgPrice: string;
  readonly costBasis: string;
  readonly realizedPnl: string;
  readonly commission: string;
  /** What was paid for fractions of shares that splits left over. */
  readonly cashInLieu: string;
  /** In the order of the market. */
  readonly trades: readonly AuditedTrade[];
  /** The splits that changed it, in the order of the market. */
  readonly splits: readonly AuditedSplit[];
}

/**
 * Tells how a position came to be: derived again from its trades, each with its order, the risk decision, the signal and the
 * bar that gave it.
 *
 * @param asOf  counts what was executed up to then, whenever it was booked
 * @throws TradingError `DATABASE.*`
 */
export async function auditPosition(
  pool: ServicePool,
  accountId: string,
  symbol: string,
  asOf: Date | null,
): Promise<PositionAudit> {
  const sql = poolSql(pool);
  const rows = await readPositionAsOf(sql, accountId, symbol, asOf);
  const steps = replayPosition(rows.map(replayedTrade), await readSplitsAsOf(sql, accountId, symbol, asOf));
  const trades: AuditedTrade[] = [];
  const splits: AuditedSplit[] = [];
  for (const { entry, holding, realized, cash } of steps) {
    const after = {
      quantity: holding.quantity.toString(),
      avgPrice: holding.avgPrice.toString(),
      realizedPnl: realized.toString(),
    };
    if (entry.kind === 'trade') trades.push(toTrade(entry.row, after));
    else splits.push(toSplit(entry, cash, after));
  }
  const { holding, realized, cash } = steps.at(-1) ?? NOTHING;
  const commission = rows.reduce((sum, row) => sum.plus(row.commission), new Decimal(0));
  return {
    accountId,
    symbol,
    asOf,
    quantity: holding.quantity.toString(),
    avgPrice: holding.avgPrice.toString(),
    costBasis: holding.cost.toString(),
    realizedPnl: realized.toString(),
    commission: commission.toString(),
    cashInLieu: cash.toString(),
    trades,
    splits,
  };
}

const NOTHING = { holding: FLAT, realized: new Decimal(0), cash: new Decimal(0) };

function replayedTrade(row: AuditedTradeRow) {
  return {
    kind: 'trade' as const,
    onDate: row.on_date,
    quantity: new Decimal(row.quantity).times(row.side === 'buy' ? 1 : -1),
    price: new Decimal(row.price),
    commission: new Decimal(row.commission),
    row,
  };
}

function toSplit(split: ReplayedSplit, cash: Decimal, after: AuditedSplit['after']): AuditedSplit {
  const { actionId, exDate, numerator, denominator } = split;
  return {
    actionId,
    exDate,
    numerator: numerator.toString(),
    denominator: denominator.toString(),
    cashInLieu: cash.toString(),
    after,
  };
}

function toTrade(row: AuditedTradeRow, after: AuditedTrade['after']): AuditedTrade {
  return {
    tradeId: row.trade_id,
    executionId: row.execution_id,
    kind: row.kind,
    correctsTradeId: row.corrects_trade_id,
    side: row.side,
    quantity: row.quantity,
    price: row.price,
    commission: row.commission,
    realizedPnl: row.realized_pnl,
    executedAt: row.executed_at,
    bookedAt: row.booked_at,
    settlementDate: row.settlement_date,
    after,
    order: {
      orderId: row.order_id,
      orderType: row.order_type,
      quantity: row.order_quantity,
      status: row.order_status,
      strategyId: row.strategy,
      signalId: row.signal_id,
      signal: toSignal(row),
      correlationId: row.correlation_id,
      decidedAt: row.decided_at,
      referencePrice: row.reference_price,
      moves: row.log,
    },
  };
}

function toSignal(row: AuditedTradeRow): AuditedSignal | null {
  const { signal, signal_strength: strength, signal_price: price, bar_timestamp: barTimestamp } = row;
  if (signal === null || strength === null || price === null || barTimestamp === null) return null;
  const { bar_source: dataSource, bar_open: open, bar_high: high, bar_low: low, bar_close: close } = row;
  const volume = row.bar_volume;
  const stored = [dataSource, open, high, low, close, volume].every((value) => value !== null);
  return {
    signal,
    strength,
    price,
    barTimestamp,
    bar: stored ? ({ dataSource, open, high, low, close, volume } as AuditedSignal['bar']) : null,
  };
}
