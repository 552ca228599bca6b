import type { ProviderSummary } from '@trading/ingestion';
import { isTradingError } from '@trading/model';
import { EXIT, exitCodeOf } from '../../exitCode';
import { textTable } from '../../output';

/** What became of one symbol: a summary, or why there is none. */
export type SymbolOutcome =
  | ({ readonly status: 'done' } & ProviderSummary)
  | { readonly status: 'interrupted'; readonly symbol: string }
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
  if (outcomes.some((outcome) => outcome.status === 'interrupted' || isInterrupted(outcome)))
    return EXIT.interrupted;
  const codes = new Set(outcomes.map(codeOf));
  return [EXIT.bug, EXIT.problem, EXIT.unavailable].find((code) => codes.has(code)) ?? EXIT.ok;
}

function isInterrupted(outcome: SymbolOutcome): boolean {
  return outcome.status === 'done' && outcome.interrupted;
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
      if (outcome.status !== 'done') {
        const what =
          outcome.status === 'failed' ? `${outcome.error.message} (${outcome.error.code})` : 'interrupted';
        return [outcome.symbol, '', '', '', '', '', '', what];
      }
      const { symbol, dataSources, inserted, updated, unchanged, rejectedRows, elapsedMs } = outcome;
      return [
        symbol,
        dataSources.join(', '),
        ...[inserted, updated, unchanged, rejectedRows].map(String),
        (elapsedMs / 1_000).toFixed(1),
        noteOf(outcome),
      ];
    }),
  );
}

function noteOf({ interrupted, rewritten, asked }: Extract<SymbolOutcome, { status: 'done' }>): string {
  if (interrupted) return 'interrupted; the same command goes on';
  if (rewritten) return 'the provider had rewritten the series: fetched again';
  return asked === null ? 'all of it was there' : '';
}
