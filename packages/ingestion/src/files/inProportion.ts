import { TradingError } from '@trading/model';
import { type BarColumns, halvesOf } from '../bulk/barColumns';
import { isStorable, rowProblems } from '../bulk/rowProblems';
import type { RowProblem } from '../rejectedRow';

/** Rejected rows of which a file may not have more, of a hundred. */
const MOST_PERCENT = 10;
/** Rows of which none is good before a file is given up: those before the first good one are held in memory. */
const MOST_HELD = 100_000;

/** Why rows are rejected: a reason, how many have it, and the first of them. */
export interface RejectionReason {
  readonly field: string;
  readonly reason: string;
  readonly rows: number;
  readonly line: number;
  readonly value: string;
}

/**
 * Hands batches on, as long as their bad rows are in proportion: while no row is good, nothing is handed on, and where
 * more than a tenth is bad, no more. A reason that holds for every row is one sentence, and nothing is written.
 *
 * @param options.allow  true to store whatever is good
 * @param options.hint  what would make a reason go away, where that is known
 * @throws TradingError `INGESTION.NO_GOOD_ROW`, `INGESTION.TOO_MANY_REJECTED`
 */
export async function* inProportion(
  batches: AsyncIterable<BarColumns>,
  options: {
    readonly allow: boolean;
    readonly now: Date;
    readonly rejections: { reasons: readonly RejectionReason[] };
    readonly hint: (problem: RowProblem) => string | undefined;
  },
): AsyncGenerator<BarColumns> {
  const reasons = new Map<string, { -readonly [Key in keyof RejectionReason]: RejectionReason[Key] }>();
  let held: BarColumns[] = [];
  let rows = 0;
  let good = 0;
  let rejected = 0;
  const told = () => [...reasons.values()].sort((a, b) => b.rows - a.rows);
  for await (const columns of batches) {
    const volumes = halvesOf(columns.volume);
    let lastRejected = 0;
    for (let row = 0; row < columns.rows; row++) {
      const unreadable = columns.unreadable?.get(row);
      if (unreadable === undefined && isStorable(columns, row, volumes, options.now.getTime())) {
        good += 1;
        continue;
      }
      const line = columns.lines?.[row] || rows + row + 1;
      if (line === lastRejected) continue;
      lastRejected = line;
      rejected += 1;
      for (const problem of unreadable ?? rowProblems(columns, row, options.now.getTime())) {
        // What the reason compares with differs from row to row; the rule is the same.
        const [rule = ''] = problem.reason.split(' (');
        const key = `${problem.field} ${rule}`;
        const known = reasons.get(key);
        if (known !== undefined) known.rows += 1;
        else {
          reasons.set(key, { ...problem, reason: rule, rows: 1, line });
        }
      }
    }
    rows += columns.sourceRows || columns.rows;
    options.rejections.reasons = told();
    held.push(columns);
    if (good === 0 && rows < MOST_HELD) continue;
    check();
    yield* held;
    held = [];
  }
  if (held.length === 0) return;
  check();
  yield* held;

  function check(): void {
    if (options.allow || rejected === 0) return;
    const [first] = told();
    if (first === undefined) return;
    const { field, value, reason, line } = first;
    const hint = options.hint(first);
    const details = { rows, rejected, reasons: told().slice(0, 20) };
    if (good === 0) {
      throw new TradingError(
        'INGESTION.NO_GOOD_ROW',
        `all ${rows.toLocaleString('en-US')} rows are refused, so nothing was written: ${field} is '${value}', it ${reason}${hint === undefined ? '' : `; ${hint}`}`,
        { details },
      );
    }
    if (rejected * 100 <= MOST_PERCENT * rows) return;
    throw new TradingError(
      'INGESTION.TOO_MANY_REJECTED',
      `${rejected} of the first ${rows} rows are refused, more than ${MOST_PERCENT} %; most often, as on line ${line}, ` +
        `${field} is '${value}', it ${reason}${hint === undefined ? '' : `; ${hint}`}. --allow-rejects stores the others`,
      { details },
    );
  }
}
