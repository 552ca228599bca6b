import type { Sql } from '@trading/database';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from '../../orders/order';

/** One row of an order's log. */
export interface LoggedMove {
  readonly from: string | null;
  readonly to: string;
  readonly event: string;
  /** On creation, what risk checked, each limit with its value and what the order made of it; or the limit that denied it. */
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly at: string;
}

/** One trade of an order. Numbers are decimal text. */
export interface OrderTrade {
  readonly tradeId: string;
  readonly executionId: string;
  readonly kind: 'fill' | 'bust';
  readonly quantity: string;
  readonly price: string;
  readonly commission: string;
  readonly executedAt: string;
}

/** An order with all that happened to it. */
export interface OrderHistory {
  readonly order: Order;
  /** The last price when it was decided, as decimal text. */
  readonly referencePrice: string | null;
  /** The order that took, or is to take, its place. */
  readonly replacedBy: string | null;
  readonly log: readonly LoggedMove[];
  readonly trades: readonly OrderTrade[];
}

interface HistoryRow extends OrderRow {
  readonly reference_price: string | null;
  readonly replaced_by: string | null;
  readonly log: readonly LoggedMove[] | null;
  readonly trades: readonly OrderTrade[] | null;
  readonly [column: string]: unknown;
}

const TEXT = `
SELECT ${ORDER_COLUMNS}, reference_price,
       (SELECT r.order_id FROM execution.orders AS r WHERE r.replaces_order_id = o.order_id) AS replaced_by,
       (SELECT jsonb_agg(jsonb_build_object('from', l.from_status, 'to', l.to_status, 'event', l.event, 'details', l.details,
                                            'at', l.created_at) ORDER BY l.id)
          FROM execution.execution_logs AS l WHERE l.order_id = o.order_id) AS log,
       (SELECT jsonb_agg(jsonb_build_object('tradeId', t.trade_id, 'executionId', t.execution_id, 'kind', t.kind,
                                            'quantity', trim_scale(t.quantity)::text, 'price', trim_scale(t.price)::text,
                                            'commission', trim_scale(t.commission)::text, 'executedAt', t.executed_at) ORDER BY t.id)
          FROM execution.trades AS t WHERE t.order_id = o.order_id) AS trades
  FROM execution.orders AS o WHERE order_id = $1`;

/** Reads an order with its log and its trades, in one snapshot; undefined where there is none. */
export async function selectOrderHistory(sql: Sql, orderId: string): Promise<OrderHistory | undefined> {
  const row = (await sql.query<HistoryRow>(TEXT, [orderId]))[0];
  if (row === undefined) return undefined;
  return {
    order: toOrder(row),
    referencePrice: row.reference_price,
    replacedBy: row.replaced_by,
    log: row.log ?? [],
    trades: row.trades ?? [],
  };
}
