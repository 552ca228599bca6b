/** Why a value of a source's row cannot be stored: what it held, what would be right. */
export interface RowProblem {
  readonly field: string;
  readonly value: string;
  readonly reason: string;
}

/** A row of a source that was not stored, with every reason. */
export interface RejectedRow {
  /** Line of the file, from 1; for a provider the position in its answer. */
  readonly line: number;
  /** Start of the bar, where the row's date could be read. */
  readonly timestamp: Date | null;
  readonly problems: readonly RowProblem[];
}

/** One sentence for a log or an event: `line 7: High is '1.2', it must be at least open (1.3)`. */
export function describeRejectedRow({ line, problems }: RejectedRow): string {
  const reasons = problems.map(({ field, value, reason }) => `${field} is '${value}', it ${reason}`);
  return `line ${line}: ${reasons.join('; ')}`;
}
