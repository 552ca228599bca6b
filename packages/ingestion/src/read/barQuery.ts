import type { PoolClient } from 'pg';
import type { SeriesKey } from '../seriesKey';

/** Which bars of a series to read. */
export interface BarQuery extends SeriesKey {
  /** Bars that start at or after it. */
  readonly from?: Date;
  /** Bars that start before it. */
  readonly to?: Date;
  /** As they were known then: a later bar is not there, a later correction not made. */
  readonly knownAt?: Date;
}

/** Turns values into literals: COPY takes no parameters, so the driver quotes them. */
export type Quote = Pick<PoolClient, 'escapeLiteral'>;

/**
 * The SELECT of a query: "timestamp", open, high, low, close, volume, in no order.
 *
 * What was known at a moment is read from the table and, for the bars that were corrected since, from bar_revisions.
 * A bar was stored before every version of it, so it lacks nothing that was known.
 */
export function selectBars(quote: Quote, { symbol, dataSource, from, to, knownAt }: BarQuery): string {
  const literal = (value: string) => quote.escapeLiteral(value);
  const time = (moment: Date) => `${literal(moment.toISOString())}::timestamptz`;
  const conditions = (table: string) =>
    [
      `${table}.symbol = ${literal(symbol)}`,
      `${table}.data_source = ${literal(dataSource)}`,
      from === undefined ? '' : `${table}."timestamp" >= ${time(from)}`,
      to === undefined ? '' : `${table}."timestamp" < ${time(to)}`,
    ]
      .filter((condition) => condition !== '')
      .join(' AND ');
  if (knownAt === undefined) {
    return `SELECT "timestamp", open, high, low, close, volume FROM data_ingestion.market_data AS bar WHERE ${conditions('bar')}`;
  }
  const value = (column: string) =>
    `CASE WHEN was.id IS NULL THEN bar.${column} ELSE was.${column} END AS ${column}`;
  return `SELECT bar."timestamp", ${['open', 'high', 'low', 'close', 'volume'].map(value).join(', ')}
    FROM data_ingestion.market_data AS bar
    LEFT JOIN (SELECT * FROM data_ingestion.bar_revisions AS revision
                WHERE ${conditions('revision')} AND known_from <= ${time(knownAt)} AND known_until > ${time(knownAt)}) AS was
      ON was."timestamp" = bar."timestamp"
   WHERE ${conditions('bar')} AND bar.created_at <= ${time(knownAt)}`;
}
