import { TradingError } from '@trading/model';
import type { ReadyStrategy, StrategyKind } from '../define/defineStrategy';
import { meanReversion } from './meanReversion';
import { momentumRotation } from './momentumRotation';
import { movingAverageCrossover } from './movingAverageCrossover';
import { pairs } from './pairs';

/** The kinds that come with the system. They are registered as any other. */
export const BUILT_IN_STRATEGIES: readonly StrategyKind[] = [
  movingAverageCrossover,
  meanReversion,
  momentumRotation,
  pairs,
];

/** The kinds of strategies that a program knows. */
export interface StrategyKinds {
  readonly all: readonly StrategyKind[];
  /**
   * Chooses the kind that `parameters.kind` names and gives it its parameters.
   *
   * @throws TradingError `STRATEGY.UNKNOWN_KIND`, `STRATEGY.INVALID_PARAMETERS`
   */
  prepare(parameters: unknown): ReadyStrategy;
}

/** @throws TradingError `STRATEGY.DUPLICATE_KIND` where two have one name */
export function createStrategyKinds(all: readonly StrategyKind[] = BUILT_IN_STRATEGIES): StrategyKinds {
  const byKind = new Map<unknown, StrategyKind>();
  for (const each of all) {
    if (byKind.has(each.kind)) {
      throw new TradingError(
        'STRATEGY.DUPLICATE_KIND',
        `there are two kinds of strategies named '${each.kind}'`,
        {
          details: { field: 'kind', value: each.kind },
        },
      );
    }
    byKind.set(each.kind, each);
  }
  return {
    all,
    prepare(parameters) {
      const kind =
        typeof parameters === 'object' && parameters !== null && 'kind' in parameters
          ? parameters.kind
          : undefined;
      const found = byKind.get(kind);
      if (found !== undefined) return found.prepare(parameters);
      const known = [...byKind.keys()];
      throw new TradingError(
        'STRATEGY.UNKNOWN_KIND',
        `kind is ${JSON.stringify(kind)}; it must be one of ${known.join(', ')}`,
        { details: { field: 'kind', value: kind ?? null, known } },
      );
    },
  };
}
