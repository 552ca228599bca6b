import { createHash } from 'node:crypto';
import type { Transaction } from '@trading/database';
import {
  type Cause,
  Decimal,
  type EventData,
  roundToColumn,
  type Severity,
  type TradingEvent,
  tradingDate,
} from '@trading/model';
import { observePnl } from './accountState';
import type { LimitType } from './limitTypes';
import { insertKill, liftKill } from './sql/killSwitches';
import { raiseEvent } from './sql/raiseEvent';
import {
  holdingKey,
  readWatched,
  type Watched,
  type WatchedAccount,
  type WatchedHolding,
  type WatchedLimit,
  type WatchedPositionLimit,
} from './sql/readWatched';
import { resolveBreaches } from './sql/resolveEvent';
import { type SeenHolding, writeWatched } from './sql/writeWatched';

/** How grave it is that a limit is crossed after the trade. */
const SEVERITY: Readonly<Record<string, Severity>> = {
  max_daily_loss: 'critical',
  max_drawdown: 'critical',
};

/** The limits of an account that are measured after the trade. */
const MEASURED = ['max_gross_exposure', 'max_daily_loss', 'max_drawdown'] as const;

/** `account_holdings`: DECIMAL(20,4) and DECIMAL(23,8). */
const VALUE_COLUMN = { precision: 20, scale: 4 };
const PNL_COLUMN = { precision: 23, scale: 8 };

/** What the monitor does about a breach besides raising it. */
export interface MonitorRules {
  /** Limits whose breach sets the account's kill switch to `reduce_only`. */
  readonly killOn: readonly LimitType[];
}

/** A limit that was crossed, or is no longer. */
interface Crossing {
  readonly accountId: string;
  readonly type: string;
  /** Null for a limit of the whole account. */
  readonly symbol: string | null;
  readonly value: string;
  readonly observed: string;
  readonly breached: boolean;
  readonly asOf: Date;
}

/**
 * Looks at accounts after some of their positions changed or were marked: exposure, the day's loss and the drawdown from
 * the peak go into `risk_limits.current_value`, and the first sight of a breach is raised. A breach that is over resolves
 * its event, so the next one is raised again.
 *
 * The positions are gone through one by one, as they came, for a peak or a breach between two of them is one; but what is
 * known is read with one statement and written with one, however many there are.
 */
export async function watchPositions(
  tx: Transaction,
  changes: readonly TradingEvent<'position_updated' | 'cash_updated'>[],
  rules: MonitorRules,
): Promise<void> {
  const events = changes.map(({ type, data, ...event }) => ({
    ...event,
    data: type === 'cash_updated' ? cashAsHolding(data) : data,
  }));
  const wanted = new Map(
    events.map(({ data: { accountId, symbol } }) => [holdingKey(accountId, symbol), { accountId, symbol }]),
  );
  const watched = await readWatched(tx, [...wanted.values()], MEASURED);
  const changed = {
    holdings: new Map<string, SeenHolding>(),
    accounts: new Map<string, WatchedAccount>(),
    limits: new Set<WatchedLimit>(),
    positionLimits: new Set<WatchedPositionLimit>(),
  };
  for (const { data, correlationId, id } of events) {
    const account = watched.accounts.get(data.accountId);
    const seen = account === undefined ? null : see(watched, account, data);
    // An older event than what is known of this holding tells nothing new.
    if (account === undefined || seen === null) continue;
    changed.holdings.set(holdingKey(data.accountId, data.symbol), seen);
    changed.accounts.set(data.accountId, account);
    const crossings = [
      ...measureAccount(data.accountId, account, seen.asOf, changed.limits),
      ...measurePosition(watched, data, seen.asOf, changed.positionLimits),
    ];
    for (const crossing of crossings)
      await follow(tx, crossing, { correlationId, causationId: id }, rules.killOn);
  }
  if (changed.holdings.size === 0) return;
  await writeWatched(tx, {
    holdings: [...changed.holdings.values()],
    states: [...changed.accounts].map(([accountId, { state }]) => [accountId, state]),
    limits: [...changed.limits],
    positionLimits: [...changed.positionLimits],
  });
}

/** Under this name what an account earned by no trade is kept among its holdings: it is P&L, and no exposure. */
const CASH = '$CASH';

type Watchable = Omit<EventData<'position_updated'>, 'avgPrice' | 'markPrice' | 'cause'>;

function cashAsHolding({ accountId, otherIncome, asOf }: EventData<'cash_updated'>): Watchable {
  return {
    accountId,
    symbol: CASH,
    quantity: '0',
    marketValue: '0',
    realizedPnl: otherIncome,
    unrealizedPnl: null,
    asOf,
  };
}

/** Takes a holding into its account's figures; null where a newer one is known already. */
function see(
  { holdings }: Watched,
  account: WatchedAccount,
  position: Watchable & { readonly avgPrice?: string },
): SeenHolding | null {
  const { accountId, symbol, quantity } = position;
  const asOf = new Date(position.asOf);
  const known = holdings.get(holdingKey(accountId, symbol)) ?? NOT_HELD;
  // Cash is booked in the order of its events, whatever date it counts for.
  if (known.asOf > asOf && symbol !== CASH) return null;
  const marketValue =
    position.marketValue === null
      ? new Decimal(quantity).times(position.avgPrice ?? 0)
      : new Decimal(position.marketValue);
  const pnl = new Decimal(position.realizedPnl).plus(position.unrealizedPnl ?? 0);
  const seen = {
    accountId,
    symbol,
    quantity,
    marketValue: roundToColumn(marketValue, VALUE_COLUMN),
    pnl: roundToColumn(pnl, PNL_COLUMN),
    asOf,
  };
  holdings.set(holdingKey(accountId, symbol), seen);
  account.pnl = account.pnl.minus(known.pnl).plus(seen.pnl);
  account.gross = account.gross.minus(known.marketValue.abs()).plus(seen.marketValue.abs());
  // A deposit of today must neither begin nor end the day of a market that is being replayed.
  const day = symbol === CASH ? account.state.tradingDay : tradingDate(asOf);
  account.state = observePnl(account.state, account.pnl, day);
  return seen;
}

const NOT_HELD: WatchedHolding = {
  marketValue: new Decimal(0),
  pnl: new Decimal(0),
  asOf: new Date(-8.64e15),
};

/** Holds an account to its limits. Losses are denied from the limit on, exposure beyond it: as before the trade. */
function* measureAccount(
  accountId: string,
  account: WatchedAccount,
  asOf: Date,
  changed: Set<WatchedLimit>,
): Generator<Crossing> {
  for (const limit of account.limits) {
    const measured = measure(limit.type, account);
    if (measured === null) continue;
    const observed = measured.toFixed(4);
    const breached =
      limit.type === 'max_gross_exposure' ? measured.gt(limit.value) : new Decimal(observed).gte(limit.value);
    const crossed = breached !== (limit.breachedAt !== null);
    if (observed === limit.current && !crossed) continue;
    limit.current = observed;
    limit.breachedAt = breached ? (limit.breachedAt ?? asOf) : null;
    changed.add(limit);
    const { type, value } = limit;
    if (crossed) yield { accountId, type, symbol: null, value, observed, breached, asOf };
  }
}

/** A limit's figure; null where it can't be told. */
function measure(type: string, { capital, gross, state }: WatchedAccount): Decimal | null {
  switch (type) {
    case 'max_gross_exposure':
      return gross;
    case 'max_daily_loss':
      return Decimal.max(0, state.dayOpenPnl.minus(state.lastPnl));
    case 'max_drawdown':
      if (capital === null) return null;
      return Decimal.max(0, state.peakPnl.minus(state.lastPnl)).div(capital.plus(state.peakPnl));
    default:
      return null;
  }
}

/** Holds a position to its own limit, the one for its symbol. */
function* measurePosition(
  { positionLimits }: Watched,
  { accountId, symbol, quantity, marketValue }: Watchable,
  asOf: Date,
  changed: Set<WatchedPositionLimit>,
): Generator<Crossing> {
  const limit = positionLimits.get(holdingKey(accountId, symbol));
  if (limit === undefined) return;
  const [shares, money] = [unsigned(quantity), unsigned(marketValue ?? '0')];
  const tooMany = limit.maxQuantity !== null && new Decimal(shares).gt(limit.maxQuantity);
  const breached = tooMany || (limit.maxNotional !== null && new Decimal(money).gt(limit.maxNotional));
  if (breached === (limit.breachedAt !== null)) return;
  limit.breachedAt = breached ? asOf : null;
  changed.add(limit);
  yield {
    accountId,
    type: tooMany ? 'max_position_quantity' : 'max_position_notional',
    symbol,
    value: (tooMany ? limit.maxQuantity : limit.maxNotional) ?? '',
    observed: tooMany ? shares : money,
    breached,
    asOf,
  };
}

function unsigned(decimal: string): string {
  return decimal.replace(/^-/, '');
}

async function follow(
  tx: Transaction,
  { accountId, type, symbol, value, observed, breached, asOf }: Crossing,
  cause: Cause,
  killOn: readonly LimitType[],
): Promise<void> {
  if (!breached) return resolveBreaches(tx, accountId, type, symbol);
  const what = symbol === null ? type : `${type} of ${symbol}`;
  const key = [accountId, type, symbol, asOf.toISOString(), cause.causationId].join('\n');
  await raiseEvent(
    tx,
    {
      riskEventId: `breach-${createHash('sha256').update(key).digest('hex').slice(0, 40)}`,
      accountId,
      eventType: 'limit_breached',
      severity: SEVERITY[type] ?? 'warning',
      message: `${what} of account ${accountId} is ${value}, it stands at ${observed}`,
      data: { limit: type, limitValue: value, observed, ...(symbol === null ? {} : { symbol }) },
      occurredAt: asOf,
    },
    cause,
  );
  if (!killOn.some((kill) => kill === type)) return;
  const by = 'risk monitor';
  await liftKill(tx, 'account', accountId, by);
  await insertKill(tx, {
    scope: 'account',
    target: accountId,
    level: 'reduce_only',
    reason: `${what} is ${value}, it stands at ${observed}`,
    by,
  });
}
