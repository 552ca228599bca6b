import { type Sql, sendLast, type Transaction } from '@trading/database';
import { type Cause, Decimal } from '@trading/model';
import type { PriceBar } from '../../matching/fillPrice';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from '../../orders/order';

/** A symbol in a series. */
export interface Market {
  readonly symbol: string;
  readonly dataSource: string;
}

/** Bars of a market, by their starts, both ends included, and what announces them. */
export interface BarRange extends Market {
  readonly from: Date;
  readonly to: Date;
  /** How many of them have other values than before. */
  readonly updated: number;
  readonly cause: Cause;
}

interface BarRow {
  readonly symbol: string;
  readonly data_source: string;
  readonly timestamp: Date;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
}

const LOCK = `SELECT id, ${ORDER_COLUMNS} FROM execution.lock_working_orders($1)`;
const BARS = `
SELECT b.symbol, b.data_source, b."timestamp", b.open, b.high, b.low, b.close, b.volume
  FROM jsonb_to_recordset($1) AS r(symbol text, "dataSource" text, "after" timestamptz, "to" timestamptz)
 CROSS JOIN LATERAL (
   SELECT * FROM data_ingestion.bars AS x
    WHERE x.symbol = r.symbol AND x.data_source = r."dataSource" AND x."timestamp" > r."after" AND x."timestamp" <= r."to"
    ORDER BY x."timestamp") AS b`;
const REMEMBER = 'SELECT execution.remember_match($1)';
const APPLY_SPLITS = 'SELECT execution.apply_splits($1)';
const MARK = 'SELECT execution.mark_positions($1) AS marked';

/** The orders that the paper broker works in markets, first decided first; locked until the transaction ends. */
export async function lockWorkingOrders(sql: Sql, markets: readonly Market[]): Promise<Order[]> {
  const rows = await sql.query<OrderRow & { id: string }>(
    LOCK,
    [JSON.stringify(markets)],
    'execution.lockWorkingOrders',
  );
  return rows
    .sort((a, b) => a.decided_at.getTime() - b.decided_at.getTime() || Number(BigInt(a.id) - BigInt(b.id)))
    .map(toOrder);
}

/** Bars of markets that start after one moment and not after another, those of a market together and in order. */
export async function readBars(
  sql: Sql,
  ranges: readonly (Market & { readonly after: Date; readonly to: Date })[],
): Promise<(Market & { readonly bar: PriceBar })[]> {
  const rows = await sql.query<BarRow & { [column: string]: unknown }>(
    BARS,
    [JSON.stringify(ranges)],
    'execution.readBars',
  );
  return rows.map((row) => ({
    symbol: row.symbol,
    dataSource: row.data_source,
    bar: {
      timestamp: row.timestamp,
      open: new Decimal(row.open),
      high: new Decimal(row.high),
      low: new Decimal(row.low),
      close: new Decimal(row.close),
      volume: BigInt(row.volume),
    },
  }));
}

/** How far an order was matched. */
export interface MatchedThrough {
  readonly orderId: string;
  readonly through: Date;
  readonly triggeredAt: Date | null;
}

/** Remembers how far orders that work on were matched, so that no bar meets an order twice. */
export async function rememberMatch(
  sql: Sql | Transaction,
  matched: readonly MatchedThrough[],
): Promise<void> {
  await sendLast(sql, { text: REMEMBER, values: [JSON.stringify(matched)], name: 'execution.rememberMatch' });
}

/** Before bars are matched: applies the splits whose ex-date they reach, to positions and to working orders. */
export async function applySplits(sql: Sql, ranges: readonly BarRange[]): Promise<void> {
  const asked = ranges.map(({ symbol, dataSource, to, cause }) => ({ symbol, dataSource, to, ...cause }));
  await sql.query(APPLY_SPLITS, [JSON.stringify(asked)], 'execution.applySplits');
}

/** Marks the positions of markets, flat ones too, at the last close of each range, and publishes those that changed. */
export async function markPositions(sql: Sql | Transaction, ranges: readonly BarRange[]): Promise<void> {
  const asked = ranges.map(({ cause, ...range }) => ({ ...range, ...cause }));
  await sendLast(sql, { text: MARK, values: [JSON.stringify(asked)], name: 'execution.markPositions' });
}
