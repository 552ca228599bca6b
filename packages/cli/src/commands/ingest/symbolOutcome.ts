import type { ProviderSummary } from '@trading/ingestion';
import { isTradingError } from '@trading/model';
import { EXIT, exitCodeOf } from '../../exitCode';
import { textTable } from '../../output';

/** What became of one symbol: a summary, or why there is none. */
export type SymbolOutcome =
  | ({ readonly status: 'done' } & ProviderSummary)
  | ({ readonly status: 'interrupted'; readonly symbol: string } & Partial<ProviderSummary>)
  | {
      readonly status: 'failed';
      readonly symbol: string;
      readonly error: { readonly code: string; readonly message: string; readonly transient: boolean };
      readonly exitCode: number;
    };

/**
 * What to report of a symbol that threw: one that fails does not keep the others back.
 *
 * @throws whatever is no error of ours
 */
export function failedOutcome(symbol: string, error: unknown, interrupted: boolean): SymbolOutcome {
  if (interrupted) return { status: 'interrupted', symbol };
  if (!isTradingError(error)) throw error;
  const { code, message, transient } = error;
  return { status: 'failed', symbol, error: { code, message, transient }, exitCode: exitCodeOf(error) };
}

/** The exit code for all of them: what a retry could mend counts only where nothing else is wrong. */
export function exitCodeOfAll(outcomes: readonly SymbolOutcome[]): number {
  if (outcomes.some(({ status }) => status === 'interrupted')) return EXIT.interrupted;
  const codes = new Set(outcomes.map(codeOf));
  return [EXIT.bug, EXIT.problem, EXIT.unavailable].find((code) => codes.has(code)) ?? EXIT.ok;
}

function codeOf(outcome: SymbolOutcome): number {
  if (outcome.status === 'failed') return outcome.exitCode;
  return outcome.status === 'done' && outcome.rejectedRows > 0 ? EXIT.problem : EXIT.ok;
}

/** All symbols, for people. */
export function outcomesText(outcomes: readonly SymbolOutcome[]): string {
  return textTable(
    ['symbol', 'series', 'inserted', 'corrected', 'unchanged', 'rejected', 'seconds', ''],
    outcomes.map((outcome) => {
      const { symbol } = outcome;
      if (outcome.status === 'failed')
        return [symbol, '', '', '', '', '', '', `${outcome.error.message} (${outcome.error.code})`];
      const { dataSources = [], inserted = 0, updated = 0, unchanged = 0, rejectedRows = 0 } = outcome;
      return [
        symbol,
        dataSources.join(', '),
        ...[inserted, updated, unchanged, rejectedRows].map(String),
        ((outcome.elapsedMs ?? 0) / 1_000).toFixed(1),
        noteOf(outcome),
      ];
    }),
  );
}

function noteOf({ status, rewritten, asked }: Exclude<SymbolOutcome, { status: 'failed' }>): string {
  if (status === 'interrupted') return 'interrupted; the same command goes on';
  if (rewritten === true) return 'the provider had rewritten the series: fetched again';
  return asked === null ? 'all of it was there' : '';
}
