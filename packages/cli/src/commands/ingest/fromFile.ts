import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createIngestionService,
  type FileForm,
  type FilePreview,
  type FileSummary,
  type IngestionService,
  type RejectionReason,
} from '@trading/ingestion';
import type { CommandContext } from '../../context';
import { EXIT } from '../../exitCode';
import { textTable } from '../../output';
import { createProgressBar, silentBar } from '../../progressBar';
import { openServicePool } from '../openServicePool';
import { type FormOptions, mappingOf } from './columnMapping';

/** Which files to load, and what is known of them. */
export interface FileOptions extends FormOptions {
  readonly symbol?: string;
  readonly source?: string;
  readonly preset?: string;
  readonly allowRejects?: boolean;
  readonly preview?: boolean;
}

const PREVIEWED = 5;

/** Loads files one after the other, or shows how the first bars of each were understood. */
export async function ingestFiles(
  context: CommandContext,
  paths: readonly string[],
  options: FileOptions,
): Promise<number> {
  const { symbol, source, preset, allowRejects, preview, ...form } = options;
  const { output, signal } = context;
  const files = (await Promise.all(paths.map(filesOf))).flat();
  const said: Omit<FileForm, 'path'> = {
    mapping: mappingOf(form),
    presets: (await context.installation()).presets,
    ...(symbol === undefined ? {} : { symbol }),
    ...(source === undefined ? {} : { dataSource: source }),
    ...(preset === undefined ? {} : { preset }),
  };
  await using pool = await openServicePool(context, 'ingestion');
  const service = createIngestionService({ pool });
  if (preview === true) {
    const previews: FilePreview[] = [];
    for (const path of files) previews.push(await service.previewFile({ ...said, path }, signal));
    output.result({ files: previews.map(previewData) }, () => previews.map(previewText).join('\n\n'));
    return EXIT.ok;
  }
  const summaries: FileSummary[] = [];
  for (const path of files) {
    if (signal.aborted) break;
    summaries.push(await loadFile(context, service, { ...said, path }, allowRejects === true));
  }
  const [first] = summaries;
  output.result(files.length === 1 && first !== undefined ? first : { files: summaries }, () =>
    summaries.map(fileText).join('\n'),
  );
  if (signal.aborted || summaries.some(({ interrupted }) => interrupted)) return EXIT.interrupted;
  return summaries.some(({ rejectedRows }) => rejectedRows > 0) ? EXIT.problem : EXIT.ok;
}

async function loadFile(
  { output, signal }: CommandContext,
  service: IngestionService,
  form: FileForm,
  allowRejects: boolean,
): Promise<FileSummary> {
  const bar = output.json
    ? silentBar
    : createProgressBar(form.symbol ?? form.path, form.path.endsWith('.parquet') ? 'rows' : 'kB');
  return service
    .ingestFile({
      ...form,
      allowRejects,
      onProgress: ({ rows, position: { unit, read, total } }) => {
        const shown = (count: number) => (unit === 'rows' ? count : Math.ceil(count / 1_024));
        // Nobody knows how much a pipe will bring.
        bar.update(shown(read), shown(Math.max(total, read)), `${rows.toLocaleString('en-US')} rows`);
      },
      signal,
    })
    .finally(() => bar.stop());
}

/** The files of a folder, by name; anything else is what it is. */
async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => join(path, name))
    .sort();
}

/** What became of a file, for people. */
export function fileText(summary: FileSummary): string {
  const { inserted, updated, unchanged, rejectedRows, roundedRows, emptyRows, rows, elapsedMs } = summary;
  const rate = Math.round(rows / Math.max(0.001, elapsedMs / 1_000)).toLocaleString('en-US');
  return [
    `${summary.file} as ${summary.dataSources.join(' and ')}: ${inserted} bars inserted, ${updated} corrected, ${unchanged} unchanged, ` +
      `${rejectedRows} rows rejected, ${rate} rows/s` +
      `${summary.interrupted ? ' (interrupted; run it again to go on)' : ''}`,
    ...summary.notes.map((note) => `  ${note}`),
    ...(roundedRows === 0
      ? []
      : [
          `  ${roundedRows} rows had prices of more than 4 decimals or a fraction of a share, and were rounded`,
        ]),
    ...(emptyRows === 0 ? [] : [`  ${emptyRows} rows without any price were passed over`]),
    ...reasonsText(summary.reasons),
  ].join('\n');
}

/** Each reason once, with its count and an example. */
function reasonsText(reasons: readonly RejectionReason[]): string[] {
  if (reasons.length === 0) return [];
  const table = textTable(
    ['rows', 'field', 'first value', 'line', 'reason'],
    reasons.map(({ rows, field, value, line, reason }) => [String(rows), field, value, String(line), reason]),
  );
  return [table, 'Each row is in data_ingestion.data_quality_logs.'];
}

function previewData({ columns, ...preview }: FilePreview) {
  return { ...preview, bars: barsOf(columns) };
}

function barsOf(columns: FilePreview['columns']) {
  return Array.from({ length: Math.min(columns.rows, PREVIEWED) }, (_, row) => {
    const series = columns.series[columns.seriesOf[row] ?? 0];
    const price = (column: Float64Array) => ((column[row] ?? 0) / 10_000).toFixed(4);
    const problems = columns.unreadable?.get(row);
    if (problems !== undefined) return { ...series, problems };
    const start = new Date(columns.timestamp[row] ?? Number.NaN).toISOString();
    const { open, high, low, close } = columns;
    const prices = { open: price(open), high: price(high), low: price(low), close: price(close) };
    return { ...series, timestamp: start, ...prices, volume: String(columns.volume[row]) };
  });
}

function previewText(preview: FilePreview): string {
  const bars = barsOf(preview.columns);
  const table = textTable(
    ['symbol', 'series', 'start (UTC)', 'open', 'high', 'low', 'close', 'volume'],
    bars.map((bar) => {
      if ('problems' in bar)
        return [
          bar.symbol ?? '',
          bar.dataSource ?? '',
          ...bar.problems.map(({ field, value, reason }) => `${field} '${value}' ${reason}`),
        ];
      const { symbol = '', dataSource = '', timestamp, open, high, low, close, volume } = bar;
      return [symbol, dataSource, timestamp, open, high, low, close, volume];
    }),
  );
  return [
    `${preview.file} as ${preview.dataSources.join(' and ')}; nothing was written`,
    ...preview.notes.map((note) => `  ${note}`),
    table,
  ].join('\n');
}
