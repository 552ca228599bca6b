import type { BenchContext } from './result';
import { median } from './result';

/** What is measured: returns its figure (a rate, a time) for one round. */
export type Contender = () => Promise<number>;

/**
 * Measures all contenders in turn, round after round, so that a machine that slows down slows all of them alike;
 * one round before the first is not counted.
 *
 * @returns the median of each contender over the counted rounds
 */
export async function inTurn<Name extends string>(
  context: BenchContext,
  contenders: Readonly<Record<Name, Contender>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(contenders) as Name[];
  const measured = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= context.rounds; round++) {
    for (const name of names) {
      context.signal.throwIfAborted();
      context.progress(`${round === 0 ? 'warm-up' : `round ${round} of ${context.rounds}`}: ${name}`);
      const figure = await contenders[name]();
      if (round > 0) measured.get(name)?.push(figure);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(measured.get(name) ?? [])])) as Record<
    Name,
    number
  >;
}
