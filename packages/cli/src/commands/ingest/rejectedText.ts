import type { RejectedRow } from '@trading/ingestion';
import { textTable } from '../../output';

const SHOWN = 20;

/** The first bad rows one by one, and how many more there are; nothing where there is none. */
export function rejectedText(rejected: readonly RejectedRow[], total: number): string[] {
  const shown = rejected.slice(0, SHOWN);
  if (shown.length === 0) return [];
  const table = textTable(
    ['line', 'field', 'value', 'reason'],
    shown.flatMap(({ line, problems }) =>
      problems.map(({ field, value, reason }) => [String(line), field, value, reason]),
    ),
  );
  const rest = total - shown.length;
  return rest > 0 ? [table, `… and ${rest} more in data_ingestion.data_quality_logs`] : [table];
}
