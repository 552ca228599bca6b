import type { ServicePool } from '@trading/database';
import { inTransaction, poolSql } from '@trading/database';
import { Decimal, type DecimalInput, exactDecimal, parseSymbol, TradingError } from '@trading/model';
import { LIMIT_TYPE_NAMES, type LimitType, STRATEGY_LIMITS } from './limitTypes';
import { clearLimit, clearPositionLimit, type PositionLimitField } from './sql/clearLimits';
import { type LimitRow, type PositionLimitRow, readLimits, readPositionLimits } from './sql/readLimits';
import { writeCapital } from './sql/writeCapital';
import { writeLimit } from './sql/writeLimit';
import { writePositionLimit } from './sql/writePositionLimit';

/** A limit, with what the last check measured against it. */
export interface Limit {
  readonly accountId: string;
  /** The strategy whose orders it bounds; null for every order of the account. */
  readonly strategyId: string | null;
  readonly type: LimitType;
  readonly value: Decimal;
  readonly current: Decimal | null;
  readonly active: boolean;
  /** Since when it is crossed; null while it holds. */
  readonly breachedAt: Date | null;
}

/**
 * What binds an account in a symbol. Quantity and notional of `*` bind every symbol whose own limit has neither; the session
 * is bound by both.
 */
export interface PositionLimit {
  readonly accountId: string;
  readonly symbol: string;
  readonly maxQuantity: Decimal | null;
  readonly maxNotional: Decimal | null;
  /** Seconds before the open or after the close that its orders may be decided; null where that isn't bound. */
  readonly maxOutsideSession: Decimal | null;
  readonly breachedAt: Date | null;
}

/** A position limit to be set. */
export interface PositionLimitInput {
  readonly maxQuantity?: DecimalInput;
  readonly maxNotional?: DecimalInput;
  readonly maxOutsideSession?: DecimalInput;
}

/** DECIMAL(20,4), as limits are stored. */
const LIMIT_COLUMN = { precision: 20, scale: 4 };

/**
 * Limits that suit a cash account of this capital, to start from: orders and exposure up to twice the capital, a quarter
 * of it lost in a day, half of it in all. Strategies on daily bars decide after the close, so the session doesn't bind.
 */
export function starterLimits(
  capital: Decimal,
): Readonly<
  Record<Exclude<LimitType, 'max_outside_session' | 'max_decision_age' | 'max_buying_power'>, Decimal>
> {
  return {
    max_order_quantity: new Decimal(1_000_000),
    max_order_notional: capital.times(2),
    price_collar: new Decimal('0.1'),
    max_gross_exposure: capital.times(2),
    max_daily_loss: capital.times('0.25').toDecimalPlaces(4),
    max_drawdown: new Decimal('0.5'),
    duplicate_window: new Decimal(60),
    max_orders_per_minute: new Decimal(100),
    max_price_age: new Decimal(432_000),
  };
}

/** What an account may do, set and read. */
export interface Limits {
  /**
   * Records an account's capital and gives it {@link starterLimits} where it has none of a kind; what is set stays.
   *
   * @throws TradingError `RISK.INVALID_LIMIT`, `MODEL.*`, `DATABASE.*`
   */
  openAccount(accountId: string, capital: DecimalInput): Promise<void>;
  /**
   * Sets a limit of an account, or of one strategy in it: the tighter of the two holds.
   *
   * @throws TradingError `RISK.INVALID_LIMIT`, also for a limit that a strategy can not have; `MODEL.*`,
   *   `DATABASE.*`
   */
  set(
    accountId: string,
    type: LimitType,
    value: DecimalInput,
    options?: { readonly strategyId?: string },
  ): Promise<void>;
  /**
   * Sets how much of a symbol, or of any other (`*`), an account may hold, and how far outside of the session, in seconds,
   * its orders may be decided. What is left out stays as it is.
   *
   * @throws TradingError as `set`
   */
  setPosition(accountId: string, symbol: string, most: PositionLimitInput): Promise<void>;
  /**
   * Takes a limit of an account, or of one strategy in it, out of force; its breach is over with it. An account without a limit that it needs can only
   * reduce.
   *
   * @returns whether there was one in force
   * @throws TradingError as `set`
   */
  clear(accountId: string, type: LimitType, options?: { readonly strategyId?: string }): Promise<boolean>;
  /**
   * Takes one limit of an account in a symbol, or in `*`, away.
   *
   * @returns whether there was one
   * @throws TradingError `MODEL.*`, `DATABASE.*`
   */
  clearPosition(accountId: string, symbol: string, which: PositionLimitField): Promise<boolean>;
  /** Of one account, or of all. */
  list(accountId?: string): Promise<Limit[]>;
  listPositions(accountId?: string): Promise<PositionLimit[]>;
}

/** Makes the part of the service that sets and reads limits. */
export function createLimits(pool: ServicePool): Limits {
  const sql = poolSql(pool);
  return {
    async openAccount(accountId, capital) {
      const amount = limitValue('capital', capital);
      if (!amount.gt(0)) throw invalid('capital', amount.toString(), 'it must be above 0');
      await writeCapital(sql, accountId, amount.toString());
      for (const [type, value] of Object.entries(starterLimits(amount))) {
        await writeLimit(sql, accountId, type, value.toString(), { keep: true, strategyId: null });
      }
    },
    async set(accountId, type, value, { strategyId } = {}) {
      knownType(type, strategyId);
      await writeLimit(sql, accountId, type, limitValue(type, value).toString(), {
        keep: false,
        strategyId: strategyId ?? null,
      });
    },
    async setPosition(accountId, symbol, { maxQuantity, maxNotional, maxOutsideSession }) {
      if (maxQuantity === undefined && maxNotional === undefined && maxOutsideSession === undefined) {
        throw invalid('position limit', symbol, 'it needs a quantity, a notional or a bound to the session');
      }
      await writePositionLimit(
        sql,
        accountId,
        symbolOrAny(symbol),
        maxQuantity === undefined
          ? null
          : notNegative('maxQuantity', exactDecimal('maxQuantity', maxQuantity)).toString(),
        maxNotional === undefined ? null : limitValue('maxNotional', maxNotional).toString(),
        maxOutsideSession === undefined
          ? null
          : limitValue('maxOutsideSession', maxOutsideSession).toString(),
      );
    },
    async clear(accountId, type, { strategyId } = {}) {
      knownType(type, strategyId);
      return inTransaction(pool, (tx) => clearLimit(tx, accountId, type, strategyId ?? null));
    },
    clearPosition: async (accountId, symbol, which) =>
      inTransaction(pool, (tx) => clearPositionLimit(tx, accountId, symbolOrAny(symbol), which)),
    list: async (accountId) => (await readLimits(sql, accountId)).map(toLimit),
    listPositions: async (accountId) => (await readPositionLimits(sql, accountId)).map(toPositionLimit),
  };
}

function knownType(type: LimitType, strategyId: string | undefined): void {
  if (!LIMIT_TYPE_NAMES.includes(type))
    throw invalid('limit', type, `it must be one of ${LIMIT_TYPE_NAMES.join(', ')}`);
  if (strategyId !== undefined && !STRATEGY_LIMITS.includes(type)) {
    throw invalid('limit', type, `of a strategy it must be one of ${STRATEGY_LIMITS.join(', ')}`);
  }
}

function symbolOrAny(symbol: string): string {
  return symbol === '*' ? symbol : parseSymbol(symbol);
}

function limitValue(field: string, value: DecimalInput): Decimal {
  return notNegative(field, exactDecimal(field, value, LIMIT_COLUMN));
}

function notNegative(field: string, value: Decimal): Decimal {
  if (value.isNegative()) throw invalid(field, value.toString(), 'it must not be below 0');
  return value;
}

function invalid(field: string, value: string, why: string): TradingError {
  return new TradingError('RISK.INVALID_LIMIT', `${field} is '${value}': ${why}`, {
    details: { field, value },
  });
}

function toLimit(row: LimitRow): Limit {
  return {
    accountId: row.account_id,
    strategyId: row.strategy === '' ? null : row.strategy,
    type: row.limit_type,
    value: new Decimal(row.limit_value),
    current: row.current_value === null ? null : new Decimal(row.current_value),
    active: row.active,
    breachedAt: row.breached_at,
  };
}

function toPositionLimit(row: PositionLimitRow): PositionLimit {
  return {
    accountId: row.account_id,
    symbol: row.symbol,
    maxQuantity: row.max_quantity === null ? null : new Decimal(row.max_quantity),
    maxNotional: row.max_notional === null ? null : new Decimal(row.max_notional),
    maxOutsideSession: row.max_outside_session === null ? null : new Decimal(row.max_outside_session),
    breachedAt: row.breached_at,
  };
}
