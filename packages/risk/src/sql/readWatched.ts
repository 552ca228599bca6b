import type { Sql } from '@trading/database';
import { Decimal } from '@trading/model';
import { NOTHING_SEEN, type PnlState } from '../accountState';

/** What is known of one symbol in an account. */
export interface WatchedHolding {
  readonly marketValue: Decimal;
  /** Realised and unrealised, after commissions. */
  readonly pnl: Decimal;
  readonly asOf: Date;
}

/** A limit of an account that is measured after the trade. */
export interface WatchedLimit {
  readonly id: string;
  readonly type: string;
  /** As the column prints it. */
  readonly value: string;
  current: string | null;
  breachedAt: Date | null;
}

/** An account's own limits on one symbol. */
export interface WatchedPositionLimit {
  readonly id: string;
  readonly maxQuantity: string | null;
  readonly maxNotional: string | null;
  breachedAt: Date | null;
}

/** An account as it stands before some of its positions are looked at. */
export interface WatchedAccount {
  /** What it began with; null where nobody said. */
  readonly capital: Decimal | null;
  state: PnlState;
  /** Of all its holdings. */
  pnl: Decimal;
  /** Sum of the absolute market values. */
  gross: Decimal;
  readonly limits: WatchedLimit[];
}

/** What the monitor goes on from, by account, and by account and symbol as {@link holdingKey} joins them. */
export interface Watched {
  readonly accounts: ReadonlyMap<string, WatchedAccount>;
  readonly holdings: Map<string, WatchedHolding>;
  readonly positionLimits: ReadonlyMap<string, WatchedPositionLimit>;
}

/** The key of a holding. */
export function holdingKey(accountId: string, symbol: string): string {
  return `${accountId}\n${symbol}`;
}

// Numbers as text: JSON's would lose digits on the way. Rows that the batch will write are held against commands that set
// them, in the order of their keys.
const TEXT = `
WITH wanted AS (
  SELECT * FROM unnest($1::text[], $2::text[]) AS w (account_id, symbol)),
accounts AS (
  SELECT DISTINCT account_id FROM wanted),
states AS (
  SELECT s.account_id, s.capital::text, s.trading_day::text, s.day_open_pnl::text, s.last_pnl::text, s.peak_pnl::text
    FROM risk_management.account_states AS s WHERE s.account_id IN (SELECT account_id FROM accounts)
   ORDER BY s.account_id FOR NO KEY UPDATE),
totals AS (
  SELECT h.account_id, sum(h.pnl)::text AS pnl, sum(abs(h.market_value))::text AS gross
    FROM risk_management.account_holdings AS h WHERE h.account_id IN (SELECT account_id FROM accounts) GROUP BY h.account_id),
holdings AS (
  SELECT h.account_id, h.symbol, h.market_value::text, h.pnl::text, extract(epoch FROM h.as_of) * 1000 AS as_of
    FROM wanted AS w JOIN risk_management.account_holdings AS h ON h.account_id = w.account_id AND h.symbol = w.symbol),
limits AS (
  SELECT l.id::text, l.account_id, l.limit_type, l.limit_value::text, l.current_value::text,
         extract(epoch FROM l.breached_at) * 1000 AS breached_at
    FROM risk_management.risk_limits AS l
   WHERE l.account_id IN (SELECT account_id FROM accounts) AND l.strategy = '' AND l.active AND l.limit_type = ANY ($3::text[])
   ORDER BY l.id FOR NO KEY UPDATE),
position_limits AS (
  SELECT l.id::text, l.account_id, l.symbol, l.max_quantity::text, l.max_notional::text,
         extract(epoch FROM l.breached_at) * 1000 AS breached_at
    FROM wanted AS w JOIN risk_management.position_limits AS l ON l.account_id = w.account_id AND l.symbol = w.symbol
   ORDER BY l.id FOR NO KEY UPDATE OF l)
SELECT (SELECT json_agg(x) FROM states AS x) AS states, (SELECT json_agg(x) FROM totals AS x) AS totals,
       (SELECT json_agg(x) FROM holdings AS x) AS holdings, (SELECT json_agg(x) FROM limits AS x) AS limits,
       (SELECT json_agg(x) FROM position_limits AS x) AS position_limits`;

interface Row {
  readonly states: readonly StateRow[] | null;
  readonly totals:
    | readonly { readonly account_id: string; readonly pnl: string; readonly gross: string }[]
    | null;
  readonly holdings: readonly HoldingRow[] | null;
  readonly limits: readonly LimitRow[] | null;
  readonly position_limits: readonly PositionLimitRow[] | null;
  readonly [column: string]: unknown;
}

interface StateRow {
  readonly account_id: string;
  readonly capital: string | null;
  readonly trading_day: string | null;
  readonly day_open_pnl: string;
  readonly last_pnl: string;
  readonly peak_pnl: string;
}

interface HoldingRow {
  readonly account_id: string;
  readonly symbol: string;
  readonly market_value: string;
  readonly pnl: string;
  readonly as_of: number;
}

interface LimitRow {
  readonly id: string;
  readonly account_id: string;
  readonly limit_type: string;
  readonly limit_value: string;
  readonly current_value: string | null;
  readonly breached_at: number | null;
}

interface PositionLimitRow {
  readonly id: string;
  readonly account_id: string;
  readonly symbol: string;
  readonly max_quantity: string | null;
  readonly max_notional: string | null;
  readonly breached_at: number | null;
}

/** Reads what is known of some holdings, their accounts and their limits; locked until the transaction ends. */
export async function readWatched(
  sql: Sql,
  wanted: readonly { readonly accountId: string; readonly symbol: string }[],
  limitTypes: readonly string[],
): Promise<Watched> {
  const [row] = await sql.query<Row>(
    TEXT,
    [wanted.map(({ accountId }) => accountId), wanted.map(({ symbol }) => symbol), limitTypes],
    'risk.readWatched',
  );
  const states = new Map(row?.states?.map((state) => [state.account_id, state]));
  const totals = new Map(row?.totals?.map((total) => [total.account_id, total]));
  const accounts = new Map<string, WatchedAccount>();
  for (const { accountId } of wanted) {
    if (accounts.has(accountId)) continue;
    const state = states.get(accountId);
    accounts.set(accountId, {
      capital: state?.capital == null ? null : new Decimal(state.capital),
      state: state === undefined ? NOTHING_SEEN : toState(state),
      pnl: new Decimal(totals.get(accountId)?.pnl ?? 0),
      gross: new Decimal(totals.get(accountId)?.gross ?? 0),
      limits: [],
    });
  }
  for (const limit of row?.limits ?? []) accounts.get(limit.account_id)?.limits.push(toLimit(limit));
  return {
    accounts,
    holdings: new Map(
      row?.holdings?.map((held) => [holdingKey(held.account_id, held.symbol), toHolding(held)]),
    ),
    positionLimits: new Map(
      row?.position_limits?.map((limit) => [
        holdingKey(limit.account_id, limit.symbol),
        toPositionLimit(limit),
      ]),
    ),
  };
}

function toState(row: StateRow): PnlState {
  return {
    tradingDay: row.trading_day,
    dayOpenPnl: new Decimal(row.day_open_pnl),
    lastPnl: new Decimal(row.last_pnl),
    peakPnl: new Decimal(row.peak_pnl),
  };
}

function toHolding(row: HoldingRow): WatchedHolding {
  return {
    marketValue: new Decimal(row.market_value),
    pnl: new Decimal(row.pnl),
    asOf: new Date(row.as_of),
  };
}

function toLimit(row: LimitRow): WatchedLimit {
  return {
    id: row.id,
    type: row.limit_type,
    value: row.limit_value,
    current: row.current_value,
    breachedAt: row.breached_at === null ? null : new Date(row.breached_at),
  };
}

function toPositionLimit(row: PositionLimitRow): WatchedPositionLimit {
  return {
    id: row.id,
    maxQuantity: row.max_quantity,
    maxNotional: row.max_notional,
    breachedAt: row.breached_at === null ? null : new Date(row.breached_at),
  };
}
