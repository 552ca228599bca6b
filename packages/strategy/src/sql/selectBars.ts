import type { Sql } from '@trading/database';
import type { ReadBars } from '../decide/material';
import { BAR_FIELDS, type BarField, TICKS_PER_UNIT } from '../define/bars';

/** The last `count` bars of a series up to and including the bar that starts at `until`. */
export interface BarQuery {
  readonly symbol: string;
  readonly dataSource: string;
  readonly until: Date;
  readonly count: number;
}

const aggregated = (fields: readonly BarField[]) =>
  fields.map((field) => `string_agg(${field}::text, ' ' ORDER BY "timestamp") AS ${field}`).join(', ');

// A row for each window, because thirty thousand rows of a bar cost several times what five hundred texts do.
const textOf = (fields: readonly BarField[]) => `
SELECT recent.*
  FROM unnest($1::varchar[], $2::varchar[], $3::timestamptz[], $4::int[]) WITH ORDINALITY
       AS wanted (symbol, data_source, until, count, place)
 CROSS JOIN LATERAL (
       SELECT string_agg(trunc(extract(epoch FROM "timestamp") * 1000)::bigint::text, ' ' ORDER BY "timestamp") AS times,
              ${aggregated(fields)}
         FROM (SELECT "timestamp", ${fields.join(', ')} FROM data_ingestion.bars AS b
                WHERE b.symbol = wanted.symbol AND b.data_source = wanted.data_source AND b."timestamp" <= wanted.until
                ORDER BY b."timestamp" DESC
                LIMIT wanted.count) AS bar) AS recent
 ORDER BY wanted.place`;

/** The two statements that there are: most strategies look at closes alone, which are a fifth of the text. */
const CLOSES = textOf(['close']);
const ALL = textOf(BAR_FIELDS);

/** Reads windows of bars, in their order. @param fields  the columns that anybody looks at; more may be read */
export async function selectBars(
  sql: Sql,
  windows: readonly BarQuery[],
  fields: ReadonlySet<BarField>,
): Promise<ReadBars[]> {
  const closesAlone = fields.size === 1 && fields.has('close');
  const rows = await sql.query<Record<string, string | null>>(
    closesAlone ? CLOSES : ALL,
    [
      windows.map(({ symbol }) => symbol),
      windows.map(({ dataSource }) => dataSource),
      windows.map(({ until }) => until),
      windows.map(({ count }) => count),
    ],
    closesAlone ? 'strategy_select_closes' : 'strategy_select_bars',
  );
  const read = closesAlone ? (['close'] as const) : BAR_FIELDS;
  return rows.map((row) => {
    const time = numbers(row.times, 1);
    const columns = read.map((field) => [
      field,
      numbers(row[field], field === 'volume' ? 1 : TICKS_PER_UNIT),
    ]);
    return { length: time.length, columns: { time, ...Object.fromEntries(columns) } };
  });
}

/** Fifteen digits pass through a double unchanged, so the rounding only takes back what the multiplication added. */
function numbers(text: string | null | undefined, factor: number): Float64Array {
  if (text === null || text === undefined) return new Float64Array(0);
  return Float64Array.from(text.split(' '), (value) => Math.round(Number(value) * factor));
}
