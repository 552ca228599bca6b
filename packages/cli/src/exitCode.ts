import { isTradingError } from '@trading/model';

/** What a script can tell from how the command ended. */
export const EXIT = {
  ok: 0,
  /** The command did its work and found something wrong, or was refused. */
  problem: 1,
  usage: 2,
  /** A server is missing or does not answer: the same call may succeed later. */
  unavailable: 3,
  /** A mistake in this program. */
  bug: 70,
  interrupted: 130,
} as const;

/** The exit code that tells of this error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Error && error.name === 'AbortError') return EXIT.interrupted;
  if (!isTradingError(error)) return EXIT.bug;
  if (error.code.startsWith('CLI.')) return EXIT.usage;
  return { expected: EXIT.problem, operational: EXIT.unavailable, bug: EXIT.bug }[error.kind];
}
