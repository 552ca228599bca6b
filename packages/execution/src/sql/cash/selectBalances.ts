import type { Sql } from '@trading/database';

/** What an account has. Money is decimal text in its currency. */
export interface CashBalance {
  readonly accountId: string;
  readonly currency: string;
  /** On the trade date: settled and unsettled. */
  readonly cash: string;
  /** What trades that have not settled yet brought in, less what they paid; part of `cash`. */
  readonly unsettled: string;
  /** Dividends between ex-date and pay date. */
  readonly receivable: string;
  /** Positions at their marks, at cost where there is no mark. */
  readonly securities: string;
  /** Cash + securities + receivables. */
  readonly equity: string;
  /** What working buys may still cost, at the worst of their prices. */
  readonly reserved: string;
  /** Opening capital and deposits, less withdrawals. */
  readonly netDeposits: string;
  /** After commissions. */
  readonly realizedPnl: string;
  readonly unrealizedPnl: string;
  /** Dividends and interest, less fees and taxes. */
  readonly otherIncome: string;
}

interface BalanceRow {
  readonly account_id: string;
  readonly currency: string;
  readonly cash: string;
  readonly unsettled: string;
  readonly receivable: string;
  readonly securities: string;
  readonly equity: string;
  readonly reserved: string;
  readonly net_deposits: string;
  readonly realized_pnl: string;
  readonly unrealized_pnl: string;
  readonly other_income: string;
}

const TEXT = `
SELECT a.account_id, a.currency, c.cash::text, u.unsettled::text, a.receivable::text, p.securities::text,
       (c.cash + p.securities + a.receivable)::text AS equity, w.reserved::text, a.net_deposits::text, p.realized_pnl::text,
       p.unrealized_pnl::text, a.other_income::text
  FROM execution.cash_accounts AS a
 CROSS JOIN LATERAL (SELECT execution.cash_of(a.account_id) AS cash) AS c
 CROSS JOIN LATERAL (
   SELECT coalesce(sum(coalesce(x.quantity * x.mark_price, x.cost_basis)), 0) AS securities, coalesce(sum(x.realized_pnl), 0) AS realized_pnl,
          coalesce(sum(x.quantity * x.mark_price - x.cost_basis), 0) AS unrealized_pnl
     FROM execution.positions AS x WHERE x.account_id = a.account_id) AS p
 CROSS JOIN LATERAL (
   SELECT coalesce(sum(CASE t.side WHEN 'buy' THEN -t.quantity ELSE t.quantity END * t.price - t.commission), 0) AS unsettled
     FROM execution.trades AS t
    WHERE t.account_id = a.account_id AND t.settlement_date > ($2::timestamptz AT TIME ZONE 'America/New_York')::date) AS u
 CROSS JOIN LATERAL (
   SELECT coalesce(sum((o.quantity - o.filled_quantity) * greatest(o.reference_price, o.price, o.stop_price)), 0) AS reserved
     FROM execution.orders AS o
    WHERE o.account_id = a.account_id AND o.side = 'buy' AND o.status IN ('pending', 'submitted', 'partially_filled')) AS w
 WHERE $1::text IS NULL OR a.account_id = $1
 ORDER BY a.account_id`;

/** What accounts have, all of them or one. @param now  says which trades have settled */
export async function selectBalances(sql: Sql, accountId: string | null, now: Date): Promise<CashBalance[]> {
  const rows = await sql.query<BalanceRow & { [column: string]: unknown }>(TEXT, [accountId, now]);
  return rows.map((row) => ({
    accountId: row.account_id,
    currency: row.currency,
    cash: row.cash,
    unsettled: row.unsettled,
    receivable: row.receivable,
    securities: row.securities,
    equity: row.equity,
    reserved: row.reserved,
    netDeposits: row.net_deposits,
    realizedPnl: row.realized_pnl,
    unrealizedPnl: row.unrealized_pnl,
    otherIncome: row.other_income,
  }));
}
