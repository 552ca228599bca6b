import type { Sql } from '@trading/database';
import { type ActionType, Decimal } from '@trading/model';
import { type ActionSource, actionIdOf, type CorporateAction } from '../actions/corporateAction';

interface ActionRow {
  readonly action_id: string;
  readonly version: number;
  readonly symbol: string;
  readonly type: ActionType;
  readonly ex_date: string;
  readonly record_date: string | null;
  readonly pay_date: string | null;
  readonly numerator: string | null;
  readonly denominator: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly new_symbol: string | null;
  readonly source: ActionSource;
  readonly source_id: string | null;
  readonly status: CorporateAction['status'];
  readonly reason: string | null;
  readonly created_at: Date;
}

const SELECT = `
SELECT action_id, version, symbol, type, ex_date::text, record_date::text, pay_date::text, numerator, denominator, amount,
       currency, new_symbol, source, source_id, status, reason, created_at
  FROM data_ingestion.actions
 WHERE ($1::text IS NULL OR symbol = $1 OR new_symbol = $1) AND ($2::text IS NULL OR type = $2)
   AND ($3::date IS NULL OR ex_date >= $3) AND ($4::date IS NULL OR ex_date <= $4) AND ($5::text[] IS NULL OR action_id = ANY ($5))
 ORDER BY ex_date, action_id`;

const INSERT = `
INSERT INTO data_ingestion.corporate_actions (action_id, version, symbol, type, ex_date, record_date, pay_date, numerator,
    denominator, amount, currency, new_symbol, source, source_id, status, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`;

/** Which actions to read. Dates are ex-dates, both included. */
export interface ActionFilter {
  readonly symbol?: string | undefined;
  readonly type?: ActionType | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly actionIds?: readonly string[] | undefined;
}

/** The last version of each action, by ex-date. */
export async function selectActions(sql: Sql, filter: ActionFilter): Promise<CorporateAction[]> {
  const rows = await sql.query<ActionRow & { [column: string]: unknown }>(SELECT, [
    filter.symbol ?? null,
    filter.type ?? null,
    filter.from ?? null,
    filter.to ?? null,
    filter.actionIds ?? null,
  ]);
  const decimal = (value: string | null) => (value === null ? null : new Decimal(value));
  return rows.map((row) => ({
    actionId: row.action_id,
    version: row.version,
    symbol: row.symbol,
    type: row.type,
    exDate: row.ex_date,
    recordDate: row.record_date,
    payDate: row.pay_date,
    numerator: decimal(row.numerator),
    denominator: decimal(row.denominator),
    amount: decimal(row.amount),
    currency: row.currency,
    newSymbol: row.new_symbol,
    source: row.source,
    sourceId: row.source_id,
    status: row.status,
    reason: row.reason,
    recordedAt: row.created_at,
  }));
}

/** Stores a version of an action. */
export async function insertAction(sql: Sql, action: Omit<CorporateAction, 'recordedAt'>): Promise<void> {
  await sql.query(INSERT, [
    actionIdOf(action),
    action.version,
    action.symbol,
    action.type,
    action.exDate,
    action.recordDate,
    action.payDate,
    action.numerator?.toString() ?? null,
    action.denominator?.toString() ?? null,
    action.amount?.toString() ?? null,
    action.currency,
    action.newSymbol,
    action.source,
    action.sourceId,
    action.status,
    action.reason,
  ]);
}
