import { inTransaction, poolSql } from '@trading/database';
import { parseSymbol } from '@trading/model';
import type { IngestionTools } from '../ingestionTools';
import type { BarReader } from '../read/barReader';
import type { BarSeries } from '../read/barSeries';
import { insertFindings } from '../sql/insertFindings';
import { type QualityReportRow, selectQualityReport } from '../sql/selectQualityReport';
import type { CheckedBars, CheckResult, QualityCheck, QualityFinding } from './finding';
import { frozenPrices, outliers, unappliedSplits } from './priceChecks';
import { barsOutsideSessions, missingSessions, staleSeries } from './sessionChecks';
import { sourceDisagreement } from './sourceDisagreement';

/** Which series to check, and what of it: all of it, or the bars of a day or of any range. */
export interface QualityRequest {
  readonly symbol: string;
  readonly dataSource: string;
  /** Sessions from then on must have bars; from the first bar on, unless given. */
  readonly from?: Date;
  /** With `from`: sessions that end before it must have bars; those until the last bar, unless given. */
  readonly to?: Date;
  /** Another provider's series of the same bars, to compare with. */
  readonly compareWith?: string;
}

/** Checks what is stored, and reports what was found. */
export interface Quality {
  /**
   * Runs every check over a series, or over a range of it: the bars before the range tell what is usual, and nothing is
   * found in them. Each finding is a row of data_quality_logs, a check that found nothing one row `pass`; each check
   * that failed a `data_quality_failed`: all in one transaction.
   *
   * @throws TradingError `MODEL.*` (`MODEL.NO_CALENDAR` for bars before 1993), `DATABASE.*`
   */
  check(request: QualityRequest): Promise<QualityFinding[]>;
  /** What the last run of every check found, of one symbol or of all. */
  report(symbol?: string): Promise<QualityReportRow[]>;
}

/** How many bars before a range tell what is usual in it: a year of days, less than a session of minutes. */
const BARS_BEFORE = 250;

/** Makes the checks over ingestion's pool. */
export function createQuality({ pool, publisher, clock }: IngestionTools, reader: BarReader): Quality {
  return {
    async check({ compareWith, ...query }) {
      const bars = await readWithLead(reader, query);
      const other =
        compareWith === undefined ? undefined : await reader.range({ ...query, dataSource: compareWith });
      const results = runChecks(bars, other, query, clock());
      const findings = results.flatMap(([check, found]) => named(bars, check, found));
      await inTransaction(pool, async (tx) => {
        await insertFindings(tx, findings);
        const failed = results.flatMap(([check, found]) => {
          const fails = found.filter(({ status }) => status === 'fail');
          const [first] = fails;
          return first === undefined ? [] : [{ check, first, count: fails.length }];
        });
        if (failed.length === 0) return;
        await publisher.publishAll(
          tx,
          failed.map(({ check, first, count }) => ({
            type: 'data_quality_failed',
            data: {
              symbol: bars.series.symbol,
              dataSource: bars.series.dataSource,
              checkType: check,
              barTimestamp: first.timestamp?.toISOString() ?? null,
              message: count === 1 ? first.message : `${first.message}, and ${count - 1} more`,
            },
          })),
        );
      });
      return findings;
    },
    report: async (symbol) =>
      selectQualityReport(poolSql(pool), symbol === undefined ? null : parseSymbol(symbol)),
  };
}

/** The bars of the range, behind those before it. */
async function readWithLead(
  reader: BarReader,
  { symbol, dataSource, from, to }: QualityRequest,
): Promise<CheckedBars> {
  const key = { symbol, dataSource };
  const range = to === undefined ? key : { ...key, to };
  if (from === undefined) return { series: await reader.range(range), since: 0 };
  const [lead] = (await reader.last({ ...key, to: from }, BARS_BEFORE)).timestamp;
  const series = await reader.range({ ...range, from: lead === undefined ? from : new Date(lead) });
  const since = series.timestamp.findIndex((start) => start >= from.getTime());
  return { series, since: since < 0 ? series.length : since };
}

function runChecks(
  bars: CheckedBars,
  other: BarSeries | undefined,
  { from, to }: QualityRequest,
  now: Date,
): [QualityCheck, CheckResult[]][] {
  const until = to !== undefined && to < now ? to : now;
  return [
    ['missing_session', missingSessions(bars, from, from && to ? until : undefined)],
    ['outside_session', barsOutsideSessions(bars)],
    ['outlier', outliers(bars)],
    ['unapplied_split', unappliedSplits(bars)],
    ['frozen_price', frozenPrices(bars)],
    ['stale_series', staleSeries(bars.series, until)],
    ...(other === undefined
      ? []
      : [['source_disagreement', sourceDisagreement(bars.series, other)] as [QualityCheck, CheckResult[]]]),
  ];
}

function named(
  { series: { symbol, dataSource, length }, since }: CheckedBars,
  check: QualityCheck,
  found: readonly CheckResult[],
): QualityFinding[] {
  const passed: CheckResult = {
    status: 'pass',
    timestamp: null,
    message: `nothing found in ${length - since} bars`,
    details: {},
  };
  return (found.length === 0 ? [passed] : found).map((result) => ({ symbol, dataSource, check, ...result }));
}
