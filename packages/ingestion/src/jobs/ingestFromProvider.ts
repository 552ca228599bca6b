import { performance } from 'node:perf_hooks';
import { type Sql, TICKS_PER_UNIT } from '@trading/database';
import { type Bar, type Decimal, parseDataSource, parseSymbol, TradingError } from '@trading/model';
import type { AnnouncedAction } from '../actions/corporateAction';
import { createCorporateActions } from '../actions/recordActions';
import { sameValues } from '../adjustBar';
import type { SourceRow } from '../barRow';
import type { BarColumns } from '../bulk/barColumns';
import { type BulkCounts, type BulkIngestion, type BulkSummary, bulkIngest } from '../bulk/bulkIngest';
import { ColumnsBuilder } from '../bulk/columnsBuilder';
import type { StoredChunk } from '../bulk/storeChunk';
import type { IngestionTools } from '../ingestionTools';
import type { BarProvider } from '../providers/provider';
import { unsupportedSeries } from '../providers/unsupportedSeries';
import type { RejectedRow } from '../rejectedRow';
import type { SeriesKey } from '../seriesKey';
import { selectBarsBetween } from '../sql/selectBarsBetween';
import { selectCursors } from '../sql/selectCursors';
import { updateCursor } from '../sql/updateCursor';
import { timeRange } from '../timeRange';
import { asOnlyWriter, type WriterSession } from '../writerSession';
import {
  type Coverage,
  coverageCursor,
  earlier,
  extended,
  later,
  parseCoverage,
  remaining,
} from './coverage';

/** Which bars of one symbol to fetch. */
export interface ProviderIngestion {
  readonly provider: BarProvider;
  readonly symbol: string;
  /** A series of the provider's: `yahoo`, `polygon_1m`, ... */
  readonly dataSource: string;
  readonly from: Date;
  /** Now, unless given. */
  readonly to?: Date;
  /** False to fetch all of the range again, whatever is covered. True. */
  readonly incremental?: boolean;
  /** Rows in one transaction. 5 000. */
  readonly chunkBars?: number;
  readonly afterChunk?: (chunk: StoredChunk) => Promise<void>;
  readonly onProgress?: (progress: ProviderProgress) => void;
  readonly signal?: AbortSignal;
}

/** How far a symbol is. */
export interface ProviderProgress extends BulkCounts {
  readonly symbol: string;
  /** 0 to 1, by the time that is covered. */
  readonly fraction: number;
}

/** What became of one symbol. */
export interface ProviderSummary extends BulkCounts {
  readonly symbol: string;
  readonly dataSources: readonly string[];
  /** What was asked for; null when all of it was covered. */
  readonly asked: Coverage | null;
  /** Whether the provider had rewritten the series, so that all of the range was fetched again. */
  readonly rewritten: boolean;
  readonly rejected: readonly RejectedRow[];
  readonly interrupted: boolean;
  readonly elapsedMs: number;
}

const NOTHING: BulkCounts = {
  rows: 0,
  rejectedRows: 0,
  roundedRows: 0,
  emptyRows: 0,
  inserted: 0,
  updated: 0,
  unchanged: 0,
};

/**
 * Fetches bars from a provider, from where the last run got to. Each page is stored before the next is asked for, with
 * the cursor in the same transaction: a run that is killed anywhere goes on there, with nothing missing and nothing
 * doubled. When the overlapping bar has changed since, the provider has rewritten the series (a split, a dividend in
 * an adjusted one), and all of the range is fetched again.
 *
 * @throws TradingError `INGESTION.INVALID_RANGE`, `.ALREADY_RUNNING`, `.UNSUPPORTED_SERIES`, `PROVIDER.*`, `MODEL.*`,
 * `DATABASE.*`
 */
export async function ingestFromProvider(
  tools: IngestionTools,
  request: ProviderIngestion,
): Promise<ProviderSummary> {
  const started = performance.now();
  const symbol = parseSymbol(request.symbol);
  const source = parseDataSource(request.dataSource);
  if (source.provider !== request.provider.name) {
    throw new TradingError(
      'INGESTION.UNSUPPORTED_SERIES',
      `${source.name} is a series of ${source.provider}, not of ${request.provider.name}`,
      { details: { field: 'data_source', value: source.name } },
    );
  }
  if (source.raw) throw unsupportedSeries(source, 'providers are asked for bars adjusted for splits');
  const wanted = { from: request.from, through: request.to ?? tools.clock() };
  if (!(wanted.from <= wanted.through)) {
    throw new TradingError('INGESTION.INVALID_RANGE', `from must be a date that is not after to`, {
      details: { field: 'from' },
    });
  }
  const dataSources = request.provider.seriesOf(source);
  const series = dataSources.map((dataSource) => ({ symbol, dataSource }));
  return asOnlyWriter(tools.pool, series, async (session) => {
    const covered = (await selectCursors(session.sql, symbol, dataSources)).map(parseCoverage);
    const known = request.incremental === false ? undefined : common(covered);
    const asked = remaining(wanted, known);
    const fetch = (range: Coverage, overlap: Coverage | undefined) =>
      fetchRange(tools, session, request, series, range, overlap);
    const fetched = asked && (await fetch(asked, asked === wanted ? undefined : known));
    const again = fetched?.rewritten === true && known !== undefined ? union(wanted, known) : undefined;
    const refetched = again && (await fetch(again, undefined));
    return {
      symbol,
      dataSources,
      asked: again ?? asked ?? null,
      rewritten: again !== undefined,
      ...sum(fetched, refetched),
      rejected: [...(fetched?.rejected ?? []), ...(refetched?.rejected ?? [])],
      interrupted: fetched?.interrupted === true || refetched?.interrupted === true,
      elapsedMs: performance.now() - started,
    };
  });
}

/** Fetches a range; where it overlaps what is known and the provider says something else of it, nothing is stored. */
async function fetchRange(
  tools: IngestionTools,
  { sql, checkGoing }: WriterSession,
  { provider, dataSource, ...request }: ProviderIngestion,
  series: readonly SeriesKey[],
  { from, through }: Coverage,
  overlap: Coverage | undefined,
): Promise<BulkSummary & { readonly rewritten: boolean }> {
  const { symbol, signal } = request;
  const cursorAt = (reached: Date) => coverageCursor(extended(overlap, { from, through: reached }));
  const source = parseDataSource(dataSource);
  const announced: AnnouncedAction[] = [];
  const onActions = (actions: readonly AnnouncedAction[]) => announced.push(...actions);
  const pages = provider.pages({ symbol, source, from, to: through, now: tools.clock(), signal, onActions });
  const actions = createCorporateActions(tools);
  let rewritten = false;
  async function* untilRewritten(): AsyncGenerator<BarColumns> {
    for await (const page of pages) {
      // Before the bars: whoever hears of bars in new shares has heard of the split then.
      await actions.record(announced.splice(0));
      const bars = page.flatMap((row) => (row.kind === 'bars' ? row.bars : []));
      const known = overlap === undefined ? [] : bars.filter(({ timestamp }) => timestamp <= overlap.through);
      rewritten = await areRewritten(sql, symbol, series, known);
      if (rewritten) return;
      yield pageColumns(page, series);
    }
  }
  let reached = from;
  tools.log('info', `ingesting ${symbol} from ${provider.name}`, { series });
  const bulk: BulkIngestion = {
    source: untilRewritten(),
    origin: provider.name,
    eachBatch: true,
    ...(request.chunkBars === undefined ? { chunkRows: 5_000 } : { chunkRows: request.chunkBars }),
    afterChunk: async (chunk) => {
      for (const { last } of chunk.changes) reached = later(reached, last);
      await request.afterChunk?.(chunk);
    },
    onProgress: (counts) => {
      const fraction = (reached.getTime() - from.getTime()) / Math.max(1, through.getTime() - from.getTime());
      request.onProgress?.({ symbol, ...counts, fraction });
    },
    ...(signal === undefined ? {} : { signal }),
  };
  const result = await bulkIngest(tools, bulk, { series, cursorOf: cursorAt, checkGoing });
  // All of it was seen: up to its last bar, for a bar that is not over yet is still to come.
  if (!result.interrupted && !rewritten && result.range !== null) {
    await updateCursor(sql, series, cursorAt(result.range.last));
  }
  return { ...result, rewritten };
}

/** Whether what is stored of these bars has other values, or is not there. */
async function areRewritten(
  sql: Sql,
  symbol: string,
  series: readonly SeriesKey[],
  bars: readonly Bar[],
): Promise<boolean> {
  const range = timeRange(bars.map(({ timestamp }) => timestamp));
  if (range === undefined) return false;
  const stored = await selectBarsBetween(
    sql,
    symbol,
    series.map(({ dataSource }) => dataSource),
    range,
  );
  const byKey = new Map(stored.map((bar) => [`${bar.dataSource} ${bar.timestamp.getTime()}`, bar]));
  return bars.some((bar) => {
    const known = byKey.get(`${bar.dataSource} ${bar.timestamp.getTime()}`);
    return known === undefined || !sameValues(known, bar);
  });
}

/** A page of rows as columns; a row that could not be read is one of the first series. */
function pageColumns(page: readonly SourceRow[], series: readonly SeriesKey[]): BarColumns {
  const columns = new ColumnsBuilder(page.length * series.length);
  const indexes = new Map(series.map((key) => [key.dataSource, columns.seriesIndex(key)]));
  for (const row of page) {
    columns.sourceRows += 1;
    if (row.kind === 'rejected') {
      columns.appendUnreadable(0, row.timestamp?.getTime() ?? Number.NaN, row.problems, row.line);
      continue;
    }
    if (row.rounded) columns.roundedRows += 1;
    for (const { timestamp, dataSource, open, high, low, close, volume } of row.bars) {
      const ticks = (price: Decimal) => price.times(TICKS_PER_UNIT).toNumber();
      const prices = { open: ticks(open), high: ticks(high), low: ticks(low), close: ticks(close) };
      columns.append(
        indexes.get(dataSource) ?? 0,
        { timestamp: timestamp.getTime(), ...prices, volume },
        row.line,
      );
    }
  }
  return columns;
}

/** What all series of a call have: the least of them. */
function common(coverages: readonly (Coverage | undefined)[]): Coverage | undefined {
  return coverages.reduce((all, one) => {
    if (all === undefined || one === undefined) return undefined;
    const both = { from: later(all.from, one.from), through: earlier(all.through, one.through) };
    return both.from <= both.through ? both : undefined;
  });
}

function union(one: Coverage, other: Coverage): Coverage {
  return { from: earlier(one.from, other.from), through: later(one.through, other.through) };
}

function sum(first: BulkCounts = NOTHING, second: BulkCounts = NOTHING): BulkCounts {
  return {
    rows: first.rows + second.rows,
    rejectedRows: first.rejectedRows + second.rejectedRows,
    roundedRows: first.roundedRows + second.roundedRows,
    emptyRows: first.emptyRows + second.emptyRows,
    inserted: first.inserted + second.inserted,
    updated: first.updated + second.updated,
    unchanged: first.unchanged + second.unchanged,
  };
}
