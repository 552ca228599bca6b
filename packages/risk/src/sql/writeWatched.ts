import { type Sql, sendLast, type Transaction } from '@trading/database';
import type { Decimal } from '@trading/model';
import type { PnlState } from '../accountState';

/** A holding as it was seen last. Numbers are decimal text. */
export interface SeenHolding {
  readonly accountId: string;
  readonly symbol: string;
  readonly quantity: string;
  readonly marketValue: Decimal;
  readonly pnl: Decimal;
  readonly asOf: Date;
}

/** A limit whose figure or breach changed. */
export interface MeasuredLimit {
  readonly id: string;
  readonly current: string | null;
  readonly breachedAt: Date | null;
}

/** What a batch of positions changed. */
export interface WatchResult {
  readonly holdings: readonly SeenHolding[];
  readonly states: readonly (readonly [accountId: string, state: PnlState])[];
  readonly limits: readonly MeasuredLimit[];
  readonly positionLimits: readonly Omit<MeasuredLimit, 'current'>[];
}

const TEXT = `
WITH held AS (
  INSERT INTO risk_management.account_holdings (account_id, symbol, quantity, market_value, pnl, as_of)
  SELECT * FROM unnest($1::text[], $2::text[], $3::numeric[], $4::numeric[], $5::numeric[], $6::timestamptz[])
  ON CONFLICT (account_id, symbol) DO UPDATE
    SET quantity = excluded.quantity, market_value = excluded.market_value, pnl = excluded.pnl, as_of = excluded.as_of),
seen AS (
  INSERT INTO risk_management.account_states (account_id, trading_day, day_open_pnl, last_pnl, peak_pnl)
  SELECT * FROM unnest($7::text[], $8::date[], $9::numeric[], $10::numeric[], $11::numeric[])
  ON CONFLICT (account_id) DO UPDATE
    SET trading_day = excluded.trading_day, day_open_pnl = excluded.day_open_pnl, last_pnl = excluded.last_pnl,
        peak_pnl = excluded.peak_pnl),
measured AS (
  UPDATE risk_management.risk_limits AS l SET current_value = m.current_value, breached_at = m.breached_at
    FROM unnest($12::bigint[], $13::numeric[], $14::timestamptz[]) AS m (id, current_value, breached_at) WHERE l.id = m.id)
UPDATE risk_management.position_limits AS l SET breached_at = m.breached_at
  FROM unnest($15::bigint[], $16::timestamptz[]) AS m (id, breached_at) WHERE l.id = m.id`;

/** Writes what was seen of accounts and measured of their limits: one statement, however many positions. */
export async function writeWatched(sql: Sql | Transaction, result: WatchResult): Promise<void> {
  const { holdings, states, limits, positionLimits } = result;
  await sendLast(sql, {
    text: TEXT,
    values: [
      holdings.map(({ accountId }) => accountId),
      holdings.map(({ symbol }) => symbol),
      holdings.map(({ quantity }) => quantity),
      holdings.map(({ marketValue }) => marketValue.toString()),
      holdings.map(({ pnl }) => pnl.toString()),
      holdings.map(({ asOf }) => asOf),
      states.map(([accountId]) => accountId),
      states.map(([, { tradingDay }]) => tradingDay),
      states.map(([, { dayOpenPnl }]) => dayOpenPnl.toString()),
      states.map(([, { lastPnl }]) => lastPnl.toString()),
      states.map(([, { peakPnl }]) => peakPnl.toString()),
      limits.map(({ id }) => id),
      limits.map(({ current }) => current),
      limits.map(({ breachedAt }) => breachedAt),
      positionLimits.map(({ id }) => id),
      positionLimits.map(({ breachedAt }) => breachedAt),
    ],
    name: 'risk.writeWatched',
  });
}
