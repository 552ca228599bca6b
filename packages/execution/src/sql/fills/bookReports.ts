import type { Sql } from '@trading/database';
import { type Cause, type OrderStatus, settlementDate } from '@trading/model';
import type { ReportedFill } from '../../fills/reportedFill';

/** What booking a fill did; see `execution.book_fill`. */
export type BookingOutcome = 'booked' | 'late' | 'duplicate' | 'conflicting' | 'over_fill' | 'unknown_order';

/** One move of an order, for another reason than a fill. */
export interface OrderMove {
  readonly orderId: string;
  readonly from: OrderStatus;
  readonly to: OrderStatus;
  /** What happened, as the log names it. */
  readonly event: string;
  readonly reason?: string;
  readonly brokerOrderId?: string;
  /** What else the log is to keep. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Market time. */
  readonly occurredAt: Date;
}

/** What became of an order: a fill, or a move. */
export type OrderReport =
  | { readonly kind: 'fill'; readonly fill: ReportedFill; readonly cause: Cause }
  | { readonly kind: 'move'; readonly move: OrderMove; readonly cause: Cause };

/** What a report came to; a move is `elsewhere` where the order was not in the status that it was to move from. */
export type ReportOutcome = BookingOutcome | 'moved' | 'elsewhere';

const TEXT = 'SELECT number, outcome FROM execution.book_reports($1)';

/**
 * Books what became of orders, one report or many, each in its turn and with all that follows from it, events among them:
 * one statement, whatever their number. A fill is booked once however often it is reported.
 *
 * @returns an outcome for each report
 */
export async function bookReports(sql: Sql, reports: readonly OrderReport[]): Promise<ReportOutcome[]> {
  const rows = await sql.query<{ number: string; outcome: ReportOutcome }>(
    TEXT,
    [JSON.stringify(reports.map(toElement))],
    'execution.bookReports',
  );
  return rows.sort((a, b) => Number(a.number) - Number(b.number)).map(({ outcome }) => outcome);
}

function toElement(report: OrderReport): Readonly<Record<string, unknown>> {
  return report.kind === 'move'
    ? { kind: report.kind, ...report.move, ...report.cause }
    : {
        kind: report.kind,
        ...report.fill,
        settlementDate: settlementDate(report.fill.executedAt),
        ...report.cause,
      };
}
