import type { EventType } from '@trading/model';

/** Makes the data of version n+1 from that of version n, as it was published; the result is checked by the schema. */
export type Upcaster = (data: unknown) => unknown;

/**
 * How older versions of an event are read: for a type, by the version that each starts from. The log is never rewritten,
 * so what was once published stays readable as long as there is a step from each version to the next.
 */
export type Upcasters = { readonly [T in EventType]?: Readonly<Record<number, Upcaster>> };

/** The project's own; every type is still at its first version. */
export const UPCASTERS: Upcasters = {};

/**
 * The data at version `to`, one step after the other.
 *
 * @returns undefined where a step is missing, or the event comes from a newer program
 */
export function upcast(
  steps: Readonly<Record<number, Upcaster>> | undefined,
  from: number,
  to: number,
  data: unknown,
): { readonly data: unknown } | undefined {
  let current = data;
  for (let version = from; version < to; version += 1) {
    const step = steps?.[version];
    if (step === undefined) return undefined;
    current = step(current);
  }
  return from > to ? undefined : { data: current };
}
