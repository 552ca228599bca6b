import { z } from 'zod';

/** A stretch of time whose bars are all stored, as far as the provider had them. Kept as the cursor of a series. */
export interface Coverage {
  readonly from: Date;
  readonly through: Date;
}

const CURSOR = z.object({ from: z.iso.datetime(), through: z.iso.datetime() });

/** Reads a cursor; undefined for none, and for one of another kind of source. */
export function parseCoverage(cursor: string | null): Coverage | undefined {
  if (cursor === null || !cursor.startsWith('{')) return undefined;
  try {
    const { from, through } = CURSOR.parse(JSON.parse(cursor));
    return { from: new Date(from), through: new Date(through) };
  } catch {
    // A cursor that can't be read covers nothing: the bars are asked for again, and found unchanged.
    return undefined;
  }
}

/** Writes a coverage as a cursor. */
export function coverageCursor({ from, through }: Coverage): string {
  return JSON.stringify({ from: from.toISOString(), through: through.toISOString() });
}

/** What of a range is still to be asked for: all of it, what follows the coverage, or nothing. */
export function remaining(wanted: Coverage, covered: Coverage | undefined): Coverage | undefined {
  if (covered === undefined || wanted.from < covered.from || wanted.from > covered.through) return wanted;
  // From the last bar itself: when it has changed since, the provider rewrote the series.
  return wanted.through > covered.through ? { from: covered.through, through: wanted.through } : undefined;
}

/** What is covered once a stretch has been stored up to `through`. */
export function extended(covered: Coverage | undefined, stored: Coverage): Coverage {
  if (covered === undefined || stored.from > covered.through || stored.through < covered.from) return stored;
  return { from: earlier(covered.from, stored.from), through: later(covered.through, stored.through) };
}

/** The earlier of two moments. */
export function earlier(one: Date, other: Date): Date {
  return one <= other ? one : other;
}

/** The later of two moments. */
export function later(one: Date, other: Date): Date {
  return one >= other ? one : other;
}
