import { Decimal } from '@trading/model';
import { z } from 'zod';
import {
  dataSource,
  dateText,
  decimalText,
  json,
  named,
  pageOf,
  paging,
  symbol,
  timeInput,
  utcTime,
} from '../fields';
import { page } from '../paging/page';
import { ACTIONS, COVERAGE, QUALITY_FINDINGS, SERIES } from '../sql/marketData';
import type { Routes } from './tools';

const series = z
  .object({
    symbol: z.string(),
    dataSource: z.string(),
    status: z.string(),
    rowCount: z.string().meta({ description: 'Bars stored for it so far.' }),
    lastBar: utcTime.nullable(),
    startedAt: utcTime.nullable(),
    finishedAt: utcTime.nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'Series' });

const finding = z
  .object({
    symbol: z.string(),
    dataSource: z.string(),
    checkType: z.string(),
    status: z.enum(['pass', 'warning', 'fail']),
    barTimestamp: utcTime.nullable(),
    message: z.string(),
    details: json,
    createdAt: utcTime,
  })
  .meta({ id: 'QualityFinding' });

const action = z
  .object({
    actionId: z.string(),
    version: z.number().int(),
    symbol: z.string().meta({ description: 'On the day before the ex-date.' }),
    type: z.string(),
    exDate: z.string(),
    recordDate: z.string().nullable(),
    payDate: z.string().nullable(),
    numerator: decimalText.nullable().meta({ description: 'Of a split: so many new shares ...' }),
    denominator: decimalText.nullable().meta({ description: '... for so many old ones.' }),
    amount: decimalText.nullable().meta({ description: 'Of a dividend, a share, as it was paid.' }),
    currency: z.string().nullable(),
    newSymbol: z.string().nullable(),
    source: z.string(),
    status: z.string(),
    reason: z.string().nullable(),
    createdAt: utcTime,
  })
  .meta({ id: 'CorporateAction' });

const prices = z.array(decimalText);

const bars = z
  .object({
    symbol: z.string(),
    dataSource: z.string(),
    timestamp: z.array(utcTime).meta({ description: 'Start of each bar.' }),
    open: prices,
    high: prices,
    low: prices,
    close: prices,
    volume: z.array(z.string()),
    truncated: z
      .boolean()
      .meta({ description: 'There are more: ask again from the last start on, or for longer bars.' }),
  })
  .meta({ id: 'Bars', description: 'By column, in the order of time.' });

const TAGS = ['market data'];
const MOST_BARS = 10_000;
const RESAMPLED = ['5m', '15m', '30m', '1h', '1d'] as const;

/** Bars, series and what checks found in them. */
export const marketDataRoutes: Routes = (app, { sql, system }) => {
  app.get(
    '/v1/series',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Series of bars, and how far each one is',
        tags: TAGS,
        querystring: z.strictObject({
          symbol: symbol.optional(),
          dataSource: dataSource.optional(),
          ...paging,
        }),
        response: { 200: pageOf(series) },
      },
    },
    async (request) => page(sql, SERIES, 'series', request.query, request.query),
  );

  app.get(
    '/v1/series/:symbol/:dataSource/coverage',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'How many bars a series has of each New York date',
        tags: TAGS,
        params: z.strictObject({ symbol, dataSource }),
        querystring: z.strictObject({ from: dateText, to: dateText.meta({ description: 'Included.' }) }),
        response: {
          200: z.object({ days: z.array(z.object({ date: z.string(), bars: z.number().int() })) }),
        },
      },
    },
    async (request) => {
      const { symbol: of, dataSource: source } = request.params;
      const { from, to } = request.query;
      const until = new Date(Date.parse(`${to}T00:00:00Z`) + 2 * 86_400_000);
      const days = await sql.query<{ date: string; bars: number }>(COVERAGE, [
        of,
        source,
        `${from}T00:00:00Z`,
        until,
      ]);
      return { days: days.filter(({ date }) => date >= from && date <= to) };
    },
  );

  app.get(
    '/v1/actions',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Corporate actions, the youngest ex-date first, cancelled ones too',
        tags: TAGS,
        querystring: z.strictObject({
          symbol: symbol.optional(),
          type: named(20).optional(),
          from: dateText.optional().meta({ description: 'Of the ex-date.' }),
          to: dateText.optional(),
          ...paging,
        }),
        response: { 200: pageOf(action) },
      },
    },
    async (request) => page(sql, ACTIONS, 'actions', request.query, request.query),
  );

  app.get(
    '/v1/quality/findings',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'What validation and quality checks found, newest first',
        tags: TAGS,
        querystring: z.strictObject({
          symbol: symbol.optional(),
          dataSource: dataSource.optional(),
          status: z.enum(['pass', 'warning', 'fail']).optional(),
          checkType: named(50).optional(),
          ...paging,
        }),
        response: { 200: pageOf(finding) },
      },
    },
    async (request) => page(sql, QUALITY_FINDINGS, 'findings', request.query, request.query),
  );

  app.get(
    '/v1/bars',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Bars of a range, by column',
        description: `At most ${MOST_BARS} bars. Without \`from\`, the last ones before \`to\`.`,
        tags: TAGS,
        querystring: z.strictObject({
          symbol,
          dataSource,
          from: timeInput.optional().meta({ description: 'Bars that start at or after it.' }),
          to: timeInput.optional().meta({ description: 'Bars that start before it.' }),
          every: z.enum(RESAMPLED).optional().meta({ description: 'Longer bars made of them; needs from.' }),
          limit: z
            .string()
            .regex(/^\d{1,5}$/, `must be a whole number from 1 to ${MOST_BARS}`)
            .default('1000')
            .transform(Number)
            .pipe(z.number().int().min(1).max(MOST_BARS)),
        }),
        response: { 200: bars },
      },
    },
    async (request) => {
      const { symbol: of, dataSource: source, from, to, every, limit } = request.query;
      const query = {
        symbol: of,
        dataSource: source,
        ...(from === undefined ? {} : { from: new Date(from) }),
        ...(to === undefined ? {} : { to: new Date(to) }),
      };
      const reader = system.ingestion.bars;
      const read =
        every !== undefined
          ? await reader.resampled(query, every)
          : from === undefined
            ? await reader.last(query, limit)
            : await reader.range(query);
      return barsJson(read, limit);
    },
  );
};

type BarSeries = Awaited<ReturnType<Parameters<Routes>[1]['system']['ingestion']['bars']['range']>>;

function barsJson(read: BarSeries, limit: number): z.output<typeof bars> {
  const length = Math.min(read.length, limit);
  const column = (ticks: BigInt64Array) => Array.from(ticks.subarray(0, length), priceText);
  const { open, high, low, close } = read.exact;
  return {
    symbol: read.symbol,
    dataSource: read.dataSource,
    timestamp: Array.from(read.timestamp.subarray(0, length), (ms) => new Date(ms).toISOString()),
    open: column(open),
    high: column(high),
    low: column(low),
    close: column(close),
    volume: Array.from(read.volume.subarray(0, length), String),
    truncated: read.length > length,
  };
}

/** Prices are read as whole ten-thousandths. */
function priceText(ticks: bigint): string {
  return new Decimal(ticks.toString()).div(10_000).toFixed();
}
