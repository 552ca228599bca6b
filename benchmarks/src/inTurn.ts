import type { BenchContext } from './result';
import { median } from './result';

/** What is measured: returns its figure (a rate, a time) for one round. */
export type Contender = () => Promise<number>;

/**
 * Measures all contenders in turn, round after round, so that a machine that slows down slows all of them alike;
 * one round before the first is not counted.
 *
 * @returns the figures of each contender, one a counted round
 */
export async function figuresInTurn<Name extends string>(
  context: BenchContext,
  contenders: Readonly<Record<Name, Contender>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round <= context.rounds; round++) {
    for (const name of names) {
      context.signal.throwIfAborted();
      context.progress(`${round === 0 ? 'warm-up' : `round ${round} of ${context.rounds}`}: ${name}`);
      const figure = await contenders[name]();
      if (round > 0) figures[name].push(figure);
    }
  }
  return figures;
}

/**
 * Measures all contenders in turn.
 *
 * @returns the median of each contender over the counted rounds
 */
export async function inTurn<Name extends string>(
  context: BenchContext,
  contenders: Readonly<Record<Name, Contender>>,
): Promise<Record<Name, number>> {
  return mediansOf(await figuresInTurn(context, contenders));
}

/** The median of each contender. */
export function mediansOf<Name extends string>(
  figures: Readonly<Record<Name, readonly number[]>>,
): Record<Name, number> {
  const names = Object.keys(figures) as Name[];
  return Object.fromEntries(names.map((name) => [name, median(figures[name])])) as Record<Name, number>;
}

/** The median of one contender over another, round by round: both met the machine of the same minute. */
export function medianRatio(numerators: readonly number[], denominators: readonly number[]): number {
  return median(numerators.map((figure, round) => figure / (denominators[round] ?? Number.NaN)));
}
