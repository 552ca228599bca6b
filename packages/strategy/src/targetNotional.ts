import { Decimal } from '@trading/model';
import type { RuleParameters, Verdict } from './rules/signalRule';

/**
 * What the account should hold of a symbol: strength x allocation x starting capital for a buy, rounded down to 0.0001;
 * nothing for a sell.
 */
export function targetNotional(
  { allocation, startingCapital }: Pick<RuleParameters, 'allocation' | 'startingCapital'>,
  { signal, strength }: Verdict,
): Decimal {
  if (signal !== 'buy') return new Decimal(0);
  return strength.times(allocation).times(startingCapital).toDecimalPlaces(4, Decimal.ROUND_DOWN);
}
