/** Randomness that a seed repeats. */
export interface SeededRandom {
  /** A whole number from 0 up to and without `below`. */
  integer(below: number): number;
  /** One of them. */
  pick<T>(items: readonly [T, ...T[]]): T;
}

/** The same seed gives the same numbers on every machine. (mulberry32) */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (below: number) => Math.floor(next() * below);
  return { integer, pick: (items) => items[integer(items.length)] ?? items[0] };
}
