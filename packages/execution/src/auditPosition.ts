import { poolSql, type ServicePool } from '@trading/database';
import { Decimal } from '@trading/model';
import { applyFill, FLAT } from './position';
import { type AuditedTradeRow, readPositionAsOf } from './sql/readPositionAsOf';

/** One move of an order. */
export interface AuditedMove {
  readonly from: string | null;
  readonly to: string;
  readonly event: string;
  /** On creation, what risk checked: each limit with its value and what the order made of it. */
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly at: string;
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
    /** The signal that asked for it: `strategy_engine.strategy_signals` holds it. */
    readonly signalId: string | null;
    readonly correlationId: string | null;
    /** Start of the bar that it was decided on. */
    readonly decidedAt: Date;
    readonly referencePrice: string | null;
    readonly moves: readonly AuditedMove[];
  };
}

/** A position, as it follows from its trades. */
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
  readonly trades: readonly AuditedTrade[];
}

/**
 * Tells how a position came to be: derived again from its trades, each with its order, the risk decision and the signal.
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
  const rows = await readPositionAsOf(poolSql(pool), accountId, symbol, asOf);
  let holding = FLAT;
  let realized = new Decimal(0);
  let commission = new Decimal(0);
  const trades: AuditedTrade[] = [];
  for (const row of rows) {
    const signed = new Decimal(row.quantity).times(row.side === 'buy' ? 1 : -1);
    const effect = applyFill(holding, signed, new Decimal(row.price), new Decimal(row.commission));
    holding = effect.holding;
    realized = realized.plus(effect.realized);
    commission = commission.plus(row.commission);
    trades.push(
      toTrade(row, {
        quantity: holding.quantity.toString(),
        avgPrice: holding.avgPrice.toString(),
        realizedPnl: realized.toString(),
      }),
    );
  }
  return {
    accountId,
    symbol,
    asOf,
    quantity: holding.quantity.toString(),
    avgPrice: holding.avgPrice.toString(),
    costBasis: holding.cost.toString(),
    realizedPnl: realized.toString(),
    commission: commission.toString(),
    trades,
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
      correlationId: row.correlation_id,
      decidedAt: row.decided_at,
      referencePrice: row.reference_price,
      moves: row.log,
    },
  };
}
