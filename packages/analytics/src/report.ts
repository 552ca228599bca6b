import { createHash } from 'node:crypto';
import type { Sql } from '@trading/database';
import { TradingError } from '@trading/model';
import { type PeriodSummary, periodSummary } from './periodSummary';
import { type Report, upsertReport } from './sql/upsertReport';

/** Which report. */
export type ReportRequest =
  | { readonly type: 'daily_summary'; readonly strategyId: string; readonly date: string }
  | {
      readonly type: 'period_summary';
      readonly strategyId: string;
      readonly from: string;
      readonly to: string;
    };

/** A report of a period, with what it says. */
export interface SummaryReport extends Report {
  readonly reportType: ReportRequest['type'];
  readonly content: PeriodSummary;
}

/**
 * Writes a report to `analytics.reports`. The same request is the same report: it is renewed in place, and left alone
 * where it would say the same.
 *
 * @throws TradingError `ANALYTICS.NO_FIGURES`, `ANALYTICS.INVALID_PERIOD`
 */
export async function writeReport(sql: Sql, request: ReportRequest): Promise<SummaryReport> {
  const [from, to] =
    request.type === 'daily_summary' ? [request.date, request.date] : [request.from, request.to];
  if (from > to) {
    throw new TradingError('ANALYTICS.INVALID_PERIOD', `from is ${from}, which is after to, ${to}`, {
      details: { from, to },
    });
  }
  const content = await periodSummary(sql, request.strategyId, { from, to });
  const report: SummaryReport = {
    reportId: reportId(request.type, request.strategyId, from, to),
    reportType: request.type,
    periodStart: from,
    periodEnd: to,
    content,
  };
  await upsertReport(sql, report);
  return report;
}

/** Readable where it fits into its column, a digest where not. */
function reportId(type: ReportRequest['type'], strategyId: string, from: string, to: string): string {
  const readable = `${type}:${strategyId}:${from === to ? from : `${from}:${to}`}`;
  if (readable.length <= 100) return readable;
  return `${type}:${createHash('sha256').update(readable).digest('hex')}`;
}
