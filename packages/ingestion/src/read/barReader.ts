import { parseDataSource, parseSymbol, TradingError } from '@trading/model';
import type { Pool, PoolClient } from 'pg';
import { onConnection } from '../onConnection';
import { type AlignedBars, type Alignment, alignSeries } from './alignSeries';
import { type BarQuery, selectBars } from './barQuery';
import type { BarSeries } from './barSeries';
import { readColumns } from './readColumns';
import { selectResampled } from './selectResampled';
import { checkResampling, type Resampled } from './timeframe';

/** Reads bars into typed columns, at the speed of binary COPY. Every method throws `MODEL.*` for a symbol or series that is none, `DATABASE.*`. */
export interface BarReader {
  /** The bars of a range, in the order of time. */
  range(query: BarQuery): Promise<BarSeries>;
  /** The last `count` bars that start before `to`, in the order of time. */
  last(query: Omit<BarQuery, 'from'>, count: number): Promise<BarSeries>;
  /** The bar that is the latest at a moment: it starts then or before. Empty when there is none. */
  asOf(query: Omit<BarQuery, 'from' | 'to'>, moment: Date): Promise<BarSeries>;
  /** Several symbols of one source on one axis of time. */
  aligned(
    query: Omit<BarQuery, 'symbol'> & { readonly symbols: readonly string[] },
    alignment: Alignment,
  ): Promise<AlignedBars>;
  /**
   * Longer bars made of a session's shorter ones, see `selectResampled`.
   *
   * @throws TradingError `INGESTION.INVALID_TIMEFRAME`
   */
  resampled(query: BarQuery, every: Resampled): Promise<BarSeries>;
}

/** Makes a reader over the pool of ingestion, which the caller closes. */
export function createBarReader({ pool }: { readonly pool: Pool }): BarReader {
  const read = (query: BarQuery, select: (client: PoolClient) => string) => {
    checkQuery(query);
    return onConnection(pool, (client) => readColumns(client, query, select(client)));
  };
  const range = (query: BarQuery) =>
    read(query, (client) => `${selectBars(client, query)} ORDER BY "timestamp"`);
  const last = (query: BarQuery, count: number) => {
    if (!Number.isInteger(count) || count < 1) {
      throw new TradingError(
        'INGESTION.INVALID_COUNT',
        `count is ${count}; it must be a whole number above 0`,
        {
          details: { field: 'count', value: count },
        },
      );
    }
    return read(
      query,
      (client) =>
        `SELECT * FROM (${selectBars(client, query)} ORDER BY "timestamp" DESC LIMIT ${count}) AS latest ORDER BY "timestamp"`,
    );
  };
  return {
    range: async (query) => range(query),
    last: async (query, count) => last(query, count),
    // A bar that starts at the moment is there: the range is open at its end.
    asOf: async (query, moment) => last({ ...query, to: new Date(moment.getTime() + 1) }, 1),
    aligned: async ({ symbols, ...query }, alignment) => {
      const series: BarSeries[] = [];
      for (const symbol of symbols) series.push(await range({ ...query, symbol }));
      return alignSeries(series, alignment);
    },
    resampled: async (query, every) => {
      checkQuery(query);
      checkResampling(query.dataSource, every);
      return read(query, (client) => selectResampled(client, query, every));
    },
  };
}

function checkQuery({ symbol, dataSource, from, to, knownAt }: BarQuery): void {
  parseSymbol(symbol);
  parseDataSource(dataSource);
  for (const [field, value] of Object.entries({ from, to, knownAt })) {
    if (value !== undefined && Number.isNaN(value.getTime())) {
      throw new TradingError('MODEL.INVALID_DATE', `${field} is no date`, { details: { field } });
    }
  }
}
