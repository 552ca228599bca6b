import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Benchmark, renderTearSheet, type TearSheet } from '@trading/backtest';
import { parseDataSource, parseSymbol, TradingError } from '@trading/model';
import type { Command } from 'commander';

/** Options of a command that writes a tear sheet. */
export interface TearSheetOptions {
  readonly tearSheet?: string;
  readonly benchmark?: string;
  readonly open?: boolean;
}

/** Adds `--tear-sheet`, `--benchmark` and `--open` to a command. */
export function withTearSheet(command: Command): Command {
  return command
    .option('--tear-sheet <file.html>', 'write a page with charts, figures and trades; replaces the file')
    .option('--benchmark <symbol[:series]>', 'what to compare with on the page, e.g. SPY:yahoo_adjusted')
    .option('--open', 'open the page in the browser');
}

/**
 * The series that `--benchmark` names.
 *
 * @param otherwise  the series where it names only a symbol
 * @throws TradingError `CLI.TEAR_SHEET_WANTED` where nothing would be compared, `MODEL.*`
 */
export function benchmarkOf(
  { tearSheet, benchmark, open }: TearSheetOptions,
  otherwise: string,
): Benchmark | undefined {
  if (tearSheet === undefined && (benchmark !== undefined || open === true)) {
    throw new TradingError(
      'CLI.TEAR_SHEET_WANTED',
      '--benchmark and --open are about the page: say where to write it with --tear-sheet FILE.html',
    );
  }
  if (benchmark === undefined) return undefined;
  const [symbol = '', dataSource = otherwise] = benchmark.split(':');
  parseDataSource(dataSource);
  return { symbol: parseSymbol(symbol), dataSource };
}

/** Writes a tear sheet to its file. @throws TradingError `CLI.CANT_WRITE`, `ANALYTICS.RUINED` */
export async function writeTearSheet(
  { tearSheet, open }: TearSheetOptions,
  sheet: () => Promise<TearSheet>,
): Promise<string | undefined> {
  if (tearSheet === undefined) return undefined;
  const path = resolve(tearSheet);
  const html = await renderTearSheet(await sheet());
  await writeFile(path, html).catch((error: unknown) => {
    throw new TradingError('CLI.CANT_WRITE', `the tear sheet can't be written to ${path}: ${String(error)}`, {
      kind: 'operational',
      details: { path },
      cause: error,
    });
  });
  if (open === true) openInBrowser(path);
  return path;
}

function openInBrowser(path: string): void {
  const program = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  // Where there is no such program the page is written all the same, and its path is printed.
  spawn(program, [path], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
