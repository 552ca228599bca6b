import { performance } from 'node:perf_hooks';
import { parseDataSource, parseSymbol, TradingError } from '@trading/model';
import type { SourceRow } from '../barRow';
import { changedRows } from '../changedRows';
import type { IngestionTools } from '../ingestionTools';
import type { IngestedChunk, IngestionCounts, RowIngestionResult } from '../ingestRows';
import { keepingStatus } from '../keepingStatus';
import type { BarProvider } from '../providers/provider';
import type { RejectedRow } from '../rejectedRow';
import { selectCursors } from '../sql/selectCursors';
import { updateCursor } from '../sql/updateCursor';
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
  readonly afterChunk?: (chunk: IngestedChunk) => Promise<void>;
  readonly onProgress?: (progress: ProviderProgress) => void;
  readonly signal?: AbortSignal;
}

/** How far a symbol is. */
export interface ProviderProgress extends IngestionCounts {
  readonly symbol: string;
  /** 0 to 1, by the time that is covered. */
  readonly fraction: number;
}

/** What became of one symbol. */
export interface ProviderSummary extends IngestionCounts {
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

const NOTHING: IngestionCounts = {
  rows: 0,
  rejectedRows: 0,
  roundedRows: 0,
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
      fetchRange(tools, session, request, dataSources, range, overlap);
    const fetched = asked && (await fetch(asked, asked === wanted ? undefined : known));
    const again = fetched?.rewritten === true && known !== undefined ? union(wanted, known) : undefined;
    const refetched = again && (await fetch(again, undefined));
    return {
      symbol,
      dataSources,
      asked: again ?? asked ?? null,
      rewritten: again !== undefined,
      ...sum(fetched?.counts, refetched?.counts),
      rejected: [...(fetched?.rejected ?? []), ...(refetched?.rejected ?? [])],
      interrupted: fetched?.interrupted === true || refetched?.interrupted === true,
      elapsedMs: performance.now() - started,
    };
  });
}

/** Fetches a range; where it overlaps what is known and the provider says something else of it, nothing is stored. */
async function fetchRange(
  tools: IngestionTools,
  session: WriterSession,
  { provider, dataSource, ...request }: ProviderIngestion,
  dataSources: readonly [string, ...string[]],
  { from, through }: Coverage,
  overlap: Coverage | undefined,
): Promise<RowIngestionResult & { readonly rewritten: boolean }> {
  const { symbol, signal } = request;
  const cursorAt = (reached: Date) => coverageCursor(extended(overlap, { from, through: reached }));
  const source = parseDataSource(dataSource);
  const pages = provider.pages({ symbol, source, from, to: through, now: tools.clock(), signal });
  let rewritten = false;
  async function* untilRewritten(): AsyncGenerator<readonly SourceRow[]> {
    for await (const page of pages) {
      const known =
        overlap === undefined
          ? []
          : page.filter((row) => row.kind === 'bars').filter(({ timestamp }) => timestamp <= overlap.through);
      rewritten = (await changedRows(session.sql, symbol, dataSources, known)).length > 0;
      if (rewritten) return;
      yield page;
    }
  }
  let reached = from;
  const result = await keepingStatus(tools, session, {
    symbol,
    dataSources,
    origin: provider.name,
    batches: untilRewritten(),
    chunkBars: request.chunkBars ?? 5_000,
    publisher: tools.publisher,
    cursorOf: ({ timestamp }) => cursorAt(timestamp),
    afterChunk: async (chunk) => {
      reached = chunk.last;
      await request.afterChunk?.(chunk);
    },
    onCounts: (counts) => {
      const fraction = (reached.getTime() - from.getTime()) / Math.max(1, through.getTime() - from.getTime());
      request.onProgress?.({ symbol, ...counts, fraction });
    },
    signal,
  });
  // All of it was seen: up to its last bar, for a bar that is not over yet is still to come.
  if (!result.interrupted && !rewritten && result.range !== null) {
    await updateCursor(session.sql, symbol, dataSources, cursorAt(result.range.last));
  }
  return { ...result, rewritten };
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

function sum(first: IngestionCounts = NOTHING, second: IngestionCounts = NOTHING): IngestionCounts {
  return {
    rows: first.rows + second.rows,
    rejectedRows: first.rejectedRows + second.rejectedRows,
    roundedRows: first.roundedRows + second.roundedRows,
    inserted: first.inserted + second.inserted,
    updated: first.updated + second.updated,
    unchanged: first.unchanged + second.unchanged,
  };
}
