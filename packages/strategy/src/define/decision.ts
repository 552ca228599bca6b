import { Decimal, type Signal, type StrategyParameters, TradingError } from '@trading/model';

/** A number of a decision: a double is taken as the shortest decimal that means it. */
export type Amount = number | string | Decimal;

/** What an account is to hold of a symbol. */
export interface Target {
  readonly symbol: string;
  /** The part of the strategy's capital, signed: 0 is flat, below 0 is short. At most its allocation. */
  readonly weight: Amount;
  /** 0 to 1 in steps of 0.01, 1 if it isn't given: how much of the target the signal is worth. */
  readonly strength?: Amount | undefined;
}

/** What a strategy decides at a moment. What it names no target for stays as it is. */
export interface Decision {
  readonly targets: readonly Target[];
}

/** A target, checked and sized. */
export interface Wanted {
  readonly symbol: string;
  readonly signal: Exclude<Signal, 'hold'>;
  readonly strength: Decimal;
  /** Signed, in money. */
  readonly targetNotional: Decimal;
}

const ONE = new Decimal(1);

/**
 * Checks what a strategy decided, and sizes it: strength x weight x starting capital, cut toward zero at 0.0001.
 *
 * @throws TradingError `STRATEGY.INVALID_DECISION` naming the symbol, the field and the value
 */
export function wantedOf(decision: Decision, parameters: StrategyParameters, allocation: Decimal): Wanted[] {
  if (!Array.isArray(decision?.targets))
    throw invalid('targets', decision?.targets, 'a decision is { targets: [{ symbol, weight }] }');
  const seen = new Set<string>();
  return decision.targets.map(({ symbol, weight, strength }: Target) => {
    if (!parameters.symbols.includes(symbol))
      throw invalid('symbol', symbol, `it must be one of the strategy's: ${parameters.symbols.join(', ')}`);
    if (seen.has(symbol)) throw invalid('symbol', symbol, 'it has two targets in one decision');
    seen.add(symbol);
    const share = amount(`weight of ${symbol}`, weight);
    if (share.abs().gt(allocation)) {
      throw invalid(`weight of ${symbol}`, weight, `its size must be at most the allocation, ${allocation}`);
    }
    const worth = strength === undefined ? ONE : amount(`strength of ${symbol}`, strength);
    if (worth.lt(0) || worth.gt(1) || worth.decimalPlaces() > 2) {
      throw invalid(`strength of ${symbol}`, strength, 'it must be from 0 to 1 in steps of 0.01');
    }
    return {
      symbol,
      signal: share.gt(0) ? 'buy' : 'sell',
      strength: worth,
      targetNotional: worth
        .times(share)
        .times(parameters.startingCapital)
        .toDecimalPlaces(4, Decimal.ROUND_DOWN),
    };
  });
}

function amount(field: string, value: unknown): Decimal {
  const number = typeof value === 'number' || typeof value === 'string' || Decimal.isDecimal(value);
  let decimal: Decimal | undefined;
  try {
    decimal = number ? new Decimal(value as Amount) : undefined;
  } catch {
    // Told of below, like anything else that is no number.
  }
  if (decimal?.isFinite() === true) return decimal;
  throw invalid(field, value, 'it must be a number');
}

function invalid(field: string, value: unknown, why: string): TradingError {
  return new TradingError('STRATEGY.INVALID_DECISION', `${field} is ${shown(value)}: ${why}`, {
    details: { field, value: shown(value) },
  });
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, 50)}'`;
  return typeof value === 'object' && value !== null && !Decimal.isDecimal(value)
    ? 'an object'
    : String(value);
}
