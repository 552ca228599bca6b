import { inTransaction, poolSql } from '@trading/database';
import { parseSymbol } from '@trading/model';
import type { IngestionTools } from '../ingestionTools';
import type { BarReader } from '../read/barReader';
import type { BarSeries } from '../read/barSeries';
import { insertFindings } from '../sql/insertFindings';
import { type QualityReportRow, selectQualityReport } from '../sql/selectQualityReport';
import type { CheckResult, QualityCheck, QualityFinding } from './finding';
import { frozenPrices, outliers, unappliedSplits } from './priceChecks';
import { barsOutsideSessions, missingSessions, staleSeries } from './sessionChecks';
import { sourceDisagreement } from './sourceDisagreement';

/** Which series to check. */
export interface QualityRequest {
  readonly symbol: string;
  readonly dataSource: string;
  readonly from?: Date;
  readonly to?: Date;
  /** Another provider's series of the same bars, to compare with. */
  readonly compareWith?: string;
}

/** Checks what is stored, and reports what was found. */
export interface Quality {
  /**
   * Runs every check over a series. Each finding is a row of data_quality_logs, a check that found nothing one row
   * `pass`; each check that failed a `data_quality_failed`: all in one transaction.
   *
   * @throws TradingError `MODEL.*`, `INGESTION.NO_CALENDAR` for bars before 1993, `DATABASE.*`
   */
  check(request: QualityRequest): Promise<QualityFinding[]>;
  /** What the last run of every check found, of one symbol or of all. */
  report(symbol?: string): Promise<QualityReportRow[]>;
}

/** Makes the checks over ingestion's pool. */
export function createQuality({ pool, publisher, clock }: IngestionTools, reader: BarReader): Quality {
  return {
    async check({ compareWith, ...query }) {
      const series = await reader.range(query);
      const other =
        compareWith === undefined ? undefined : await reader.range({ ...query, dataSource: compareWith });
      const results = runChecks(series, other, clock());
      const findings = results.flatMap(([check, found]) => named(series, check, found));
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
              symbol: series.symbol,
              dataSource: series.dataSource,
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

function runChecks(
  series: BarSeries,
  other: BarSeries | undefined,
  now: Date,
): [QualityCheck, CheckResult[]][] {
  return [
    ['missing_session', missingSessions(series)],
    ['outside_session', barsOutsideSessions(series)],
    ['outlier', outliers(series)],
    ['unapplied_split', unappliedSplits(series)],
    ['frozen_price', frozenPrices(series)],
    ['stale_series', staleSeries(series, now)],
    ...(other === undefined
      ? []
      : [['source_disagreement', sourceDisagreement(series, other)] as [QualityCheck, CheckResult[]]]),
  ];
}

function named(
  { symbol, dataSource, length }: BarSeries,
  check: QualityCheck,
  found: readonly CheckResult[],
): QualityFinding[] {
  const passed: CheckResult = {
    status: 'pass',
    timestamp: null,
    message: `nothing found in ${length} bars`,
    details: {},
  };
  return (found.length === 0 ? [passed] : found).map((result) => ({ symbol, dataSource, check, ...result }));
}
