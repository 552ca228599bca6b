import type { Connection } from '../connection';
import type { Context } from '../context';

/** One finding of `trading doctor`. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found. */
  readonly detail: string;
  /** What to do about it; only where it isn't ok. */
  readonly fix?: string;
}

/** Examines one subject. `connection` is undefined before the first `up`. */
export type CheckGroup = (context: Context, connection: Connection | undefined) => Promise<Check[]>;

/** All is well. */
export function passing(name: string, detail: string): Check {
  return { name, ok: true, detail };
}

/** Something is to be done. */
export function failing(name: string, detail: string, fix: string): Check {
  return { name, ok: false, detail, fix };
}

/** One or the other. */
export function check(name: string, ok: boolean, detail: string, fix: string): Check {
  return ok ? passing(name, detail) : failing(name, detail, fix);
}
