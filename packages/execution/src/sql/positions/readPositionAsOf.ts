import type { Sql } from '@trading/database';
import { Decimal } from '@trading/model';
import type { ReplayedSplit } from '../../positions/replay';

/** A trade with the order, the decision, the signal and the bar behind it. */
export interface AuditedTradeRow {
  readonly trade_id: string;
  readonly execution_id: string;
  readonly kind: 'fill' | 'bust';
  readonly corrects_trade_id: string | null;
  readonly side: 'buy' | 'sell';
  readonly quantity: string;
  readonly price: string;
  readonly commission: string;
  readonly realized_pnl: string;
  readonly executed_at: Date;
  readonly booked_at: Date;
  readonly settlement_date: string | null;
  /** Trading date of the fill; of a bust, that of the fill that it takes back. */
  readonly on_date: string;
  readonly order_id: string;
  readonly order_type: string;
  readonly order_quantity: string;
  readonly order_status: string;
  readonly strategy: string | null;
  readonly signal_id: string | null;
  readonly correlation_id: string | null;
  readonly decided_at: Date;
  readonly reference_price: string | null;
  readonly signal: 'buy' | 'sell' | 'hold' | null;
  readonly signal_strength: string | null;
  readonly signal_price: string | null;
  readonly bar_timestamp: Date | null;
  readonly bar_source: string | null;
  readonly bar_open: string | null;
  readonly bar_high: string | null;
  readonly bar_low: string | null;
  readonly bar_close: string | null;
  readonly bar_volume: string | null;
  readonly log: readonly {
    readonly from: string | null;
    readonly to: string;
    readonly event: string;
    readonly details: Readonly<Record<string, unknown>> | null;
    readonly at: string;
  }[];
}

const TEXT = `
SELECT t.trade_id, t.execution_id, t.kind, t.corrects_trade_id, t.side, t.quantity, t.price, t.commission, t.realized_pnl,
       t.executed_at, t.created_at AS booked_at, t.settlement_date::text,
       (coalesce(busted.executed_at, t.executed_at) AT TIME ZONE 'America/New_York')::date::text AS on_date, o.order_id, o.order_type, o.quantity AS order_quantity, o.status AS order_status,
       o.strategy, o.signal_id, o.correlation_id, o.decided_at, o.reference_price,
       s.signal, s.strength AS signal_strength, s.price AS signal_price, s.bar_timestamp, s.data_source AS bar_source,
       b.open AS bar_open, b.high AS bar_high, b.low AS bar_low, b.close AS bar_close, b.volume AS bar_volume,
       (SELECT jsonb_agg(jsonb_build_object('from', l.from_status, 'to', l.to_status, 'event', l.event, 'details', l.details,
                                            'at', l.created_at) ORDER BY l.id)
          FROM execution.execution_logs AS l WHERE l.order_id = o.order_id) AS log
  FROM execution.trades AS t JOIN execution.orders AS o ON o.order_id = t.order_id
  LEFT JOIN execution.trades AS busted ON busted.trade_id = t.corrects_trade_id
  LEFT JOIN strategy_engine.signals AS s ON s.signal_id = o.signal_id
  LEFT JOIN data_ingestion.bars AS b ON b.symbol = s.symbol AND b.data_source = s.data_source AND b."timestamp" = s.bar_timestamp
 WHERE t.account_id = $1 AND t.symbol = $2 AND ($3::timestamptz IS NULL OR t.executed_at <= $3)
 ORDER BY t.position_seq`;

const SPLITS = `
SELECT DISTINCT ON (action_id) action_id, ex_date::text, numerator, denominator, whole_shares, reference_price
  FROM execution.position_adjustments
 WHERE account_id = $1 AND symbol = $2
   AND ($3::timestamptz IS NULL OR ex_date::timestamp AT TIME ZONE 'America/New_York' <= $3)
 ORDER BY action_id, position_seq DESC`;

/** The splits that a position went through up to a moment. */
export async function readSplitsAsOf(
  sql: Sql,
  accountId: string,
  symbol: string,
  asOf: Date | null,
): Promise<ReplayedSplit[]> {
  const rows = await sql.query<{
    action_id: string;
    ex_date: string;
    numerator: string;
    denominator: string;
    whole_shares: boolean;
    reference_price: string | null;
  }>(SPLITS, [accountId, symbol, asOf]);
  return rows.map((row) => ({
    kind: 'split',
    actionId: row.action_id,
    exDate: row.ex_date,
    numerator: new Decimal(row.numerator),
    denominator: new Decimal(row.denominator),
    wholeShares: row.whole_shares,
    referencePrice: row.reference_price === null ? null : new Decimal(row.reference_price),
  }));
}

/** The trades that made a position, those executed up to a moment, in the order of booking. */
export function readPositionAsOf(
  sql: Sql,
  accountId: string,
  symbol: string,
  asOf: Date | null,
): Promise<AuditedTradeRow[]> {
  return sql.query<AuditedTradeRow & { [column: string]: unknown }>(TEXT, [accountId, symbol, asOf]);
}
