import { parseDataSource, parseSymbol, TradingError } from '@trading/model';
import type { BarColumns } from '../bulk/barColumns';
import { type BulkCounts, type BulkIngestion, type BulkSummary, bulkIngest } from '../bulk/bulkIngest';
import type { IngestionTools } from '../ingestionTools';
import type { RowProblem } from '../rejectedRow';
import { asOnlyWriter } from '../writerSession';
import type { FilePosition } from './filePosition';
import { guessTime } from './guessTime';
import { inProportion, type RejectionReason } from './inProportion';
import type { FilePreset } from './presets';
import { PRESETS } from './presets';
import { openParquetFile } from './readParquetFile';
import { type OpenFile, openTextFile } from './readTextFile';
import type { SaidMapping } from './recognise';
import { timeframeOf } from './timeframeOf';

/** A file of any form: what its user says of it, and the rest is found out. */
export interface FileForm {
  /** `.parquet` is read as Parquet, anything else as text, packed or not; `-` is standard input. */
  readonly path: string;
  /** The series; of a form that is known to be of one, that one, unless given. With an adjusted close its adjusted twin too. */
  readonly dataSource?: string;
  /** Whose bars they are; those that name no symbol of their own. */
  readonly symbol?: string;
  /** What is known of its columns. */
  readonly mapping?: SaidMapping;
  /** The name of a form; found out, unless given. */
  readonly preset?: string;
  /** Every form that it may be recognised as, the first that fits; those that are built in, unless given. */
  readonly presets?: readonly FilePreset[];
}

/** A file to load. */
export interface FileIngestion
  extends FileForm,
    Omit<BulkIngestion, 'source' | 'origin' | 'onProgress' | 'eachBatch'> {
  /** Stores what is good, however much is rejected. False: more than a tenth stops the run. */
  readonly allowRejects?: boolean;
  readonly onProgress?: (progress: FileProgress) => void;
}

/** What became of the rows so far, and how far the file has been read. */
export interface FileProgress extends BulkCounts {
  readonly position: Readonly<FilePosition>;
}

/** What became of a file. */
export interface FileSummary extends BulkSummary {
  /** The file's name, without its folder. */
  readonly file: string;
  /** The name of the form that it was read as; null where the form has no name. */
  readonly preset: string | null;
  readonly dataSources: readonly string[];
  /** What was guessed of the file and why, a sentence each. */
  readonly notes: readonly string[];
  /** Why rows were rejected, each reason once. */
  readonly reasons: readonly RejectionReason[];
}

/** The first bars of a file as they were understood. */
export interface FilePreview {
  readonly file: string;
  readonly preset: string | null;
  readonly dataSources: readonly string[];
  readonly notes: readonly string[];
  /** The first rows, good and bad. */
  readonly columns: BarColumns;
}

/**
 * Loads a file through {@link bulkIngest}: rows that can't be read or break a rule are recorded and left out, as long as
 * they are few.
 *
 * @throws TradingError `INGESTION.NO_SUCH_FILE`, `.UNREADABLE_FILE`, `.EMPTY_FILE`, `.MALFORMED_HEADER`, `.AMBIGUOUS_FILE`,
 * `.UNKNOWN_FORM`, `.UNKNOWN_PRESET`, `.NO_GOOD_ROW` before anything is written; `.MALFORMED_CSV`, `.MALFORMED_PARQUET`,
 * `.TOO_MANY_REJECTED`, `.ALREADY_RUNNING`, and what bulk ingest throws
 */
export async function ingestFile(tools: IngestionTools, request: FileIngestion): Promise<FileSummary> {
  const { allowRejects = false, onProgress, signal } = request;
  await using opened = await openFile(request, signal);
  const { file, dataSources, symbol, first, rest } = opened;
  const rejections = { reasons: [] as readonly RejectionReason[] };
  const position = opened.position;
  const batches = inProportion(again(first, rest), {
    allow: allowRejects,
    now: tools.clock(),
    rejections,
    hint: (problem) => hintFor(problem, file),
  });
  const {
    path: _path,
    dataSource: _series,
    symbol: _symbol,
    mapping: _mapping,
    preset: _preset,
    ...options
  } = request;
  const bulk: BulkIngestion = {
    ...options,
    origin: file.name,
    source: batches,
    onProgress: (counts) => onProgress?.({ ...counts, position: { ...position } }),
  };
  // Of a file with symbols of its own nobody knows beforehand whose it is.
  const known =
    file.plan.mapping.symbol === undefined ? dataSources.map((dataSource) => ({ symbol, dataSource })) : [];
  const summary = await asOnlyWriter(tools.pool, known, ({ checkGoing }) =>
    bulkIngest(tools, bulk, { series: known, checkGoing }),
  );
  const preset = file.plan.preset?.name ?? null;
  return { ...summary, ...rejections, file: file.name, preset, dataSources, notes: opened.notes };
}

/**
 * Reads the first bars of a file and writes nothing.
 *
 * @throws what {@link ingestFile} throws before it writes
 */
export async function previewFile(request: FileForm, signal?: AbortSignal): Promise<FilePreview> {
  await using opened = await openFile(request, signal);
  const { file, dataSources, first, notes } = opened;
  return { file: file.name, preset: file.plan.preset?.name ?? null, dataSources, notes, columns: first };
}

interface OpenedFile extends AsyncDisposable {
  readonly file: OpenFile;
  readonly dataSources: readonly [string, ...string[]];
  readonly symbol: string;
  readonly notes: readonly string[];
  readonly position: FilePosition;
  /** Its first rows, and all after them. */
  readonly first: BarColumns;
  readonly rest: AsyncIterator<BarColumns>;
}

async function openFile(request: FileForm, signal: AbortSignal | undefined): Promise<OpenedFile> {
  const { path, mapping: said = {}, preset, presets = PRESETS } = request;
  if (request.symbol !== undefined) parseSymbol(request.symbol);
  if (request.dataSource !== undefined) parseDataSource(request.dataSource);
  const isParquet = path.endsWith('.parquet');
  const open = isParquet ? openParquetFile : openTextFile;
  const oneSymbol = request.symbol !== undefined;
  const file = await open(path, { said, presets, preset, oneSymbol, signal });
  try {
    const { plan } = file;
    if (request.symbol === undefined && plan.mapping.symbol === undefined) {
      throw new TradingError('INGESTION.WHOSE_BARS', `${path} does not say whose bars it has; say --symbol`, {
        details: { option: 'symbol' },
      });
    }
    const symbol = request.symbol ?? '?';
    const position: FilePosition = { unit: isParquet ? 'rows' : 'bytes', read: 0, total: 0 };
    const base = request.dataSource ?? plan.preset?.source;
    if (base === undefined) {
      throw new TradingError(
        'INGESTION.WHICH_SERIES',
        `${path} does not tell which series it is of${plan.preset === undefined ? '' : `: ${plan.preset.adjustment}`}; say --source, ` +
          'such as yahoo (adjusted for splits), yahoo_adjusted (for dividends too) or polygon_raw (as traded)',
        { details: { option: 'source' } },
      );
    }
    // Read once under a name of its own: the timeframe, and so the series, follows from the rows.
    const rows = file
      .bars(seriesOf(base, plan.mapping.adjustedClose !== undefined), symbol, position)
      [Symbol.asyncIterator]();
    const next = await rows.next();
    const first: BarColumns = next.done === true ? noRows(path) : next.value;
    const suffix = request.dataSource === undefined ? timeframeOf(first) : '';
    const dataSources = seriesOf(`${base}${suffix}`, plan.mapping.adjustedClose !== undefined);
    for (const dataSource of dataSources) parseDataSource(dataSource);
    const renamed = (columns: BarColumns) => withSuffix(columns, suffix);
    return {
      ...{ file, dataSources, symbol, position },
      notes:
        suffix === ''
          ? plan.notes
          : [...plan.notes, `bars are of ${suffix.slice(1)}, as far as the first ones are apart`],
      first: renamed(first),
      rest: mapped(rows, renamed),
      [Symbol.asyncDispose]: async () => {
        await rows.return?.();
        await file[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
}

function seriesOf(base: string, hasAdjusted: boolean): readonly [string, ...string[]] {
  if (!hasAdjusted || base.includes('_adjusted')) return [base];
  const [provider = base, ...rest] = base.split('_');
  return [base, [provider, 'adjusted', ...rest].join('_')];
}

function withSuffix(columns: BarColumns, suffix: string): BarColumns {
  if (suffix === '') return columns;
  const series = columns.series.map((key) => ({ ...key, dataSource: `${key.dataSource}${suffix}` }));
  return { ...columns, series };
}

async function* again(first: BarColumns, rest: AsyncIterator<BarColumns>): AsyncGenerator<BarColumns> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* mapped(rows: AsyncIterator<BarColumns>, change: (columns: BarColumns) => BarColumns) {
  for (let next = await rows.next(); next.done !== true; next = await rows.next()) yield change(next.value);
}

function noRows(path: string): never {
  throw new TradingError('INGESTION.EMPTY_FILE', `${path} has a header and no rows`, { details: { path } });
}

/** What would mend a reason, where the value itself tells it: a time of another form than the one that was said. */
function hintFor({ field, value }: RowProblem, { plan }: OpenFile): string | undefined {
  if (field !== String(plan.mapping.timestamp)) return undefined;
  try {
    const { format } = guessTime([value], plan.mapping.timezone ?? 'UTC', field);
    const zone = plan.mapping.timezone === undefined && /%[HI]/.test(format) ? ' --timezone ZONE' : '';
    return format === plan.mapping.timeFormat ? undefined : `did you mean --time-format '${format}'${zone}?`;
  } catch {
    // It is of no known form either, or of two.
    return undefined;
  }
}
