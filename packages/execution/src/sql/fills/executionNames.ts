import type { Sql } from '@trading/database';
import type { BrokerFill } from '../../broker/remoteBroker';

// By its name; by another report's name; or by what it says: the same quantity and price of the same order within a
// second, of an execution that this source has not named yet.
const FIND = `
SELECT coalesce(
  (SELECT n.execution_id FROM execution.execution_names AS n WHERE n.account_id = $1 AND n.source = $2 AND n.name = $3),
  (SELECT t.execution_id FROM execution.trades AS t WHERE t.account_id = $1 AND t.execution_id = $3),
  (SELECT t.execution_id FROM execution.trades AS t
    WHERE t.order_id = $4 AND t.account_id = $1 AND t.kind = 'fill' AND t.quantity = $5 AND t.price = $6
      AND t.executed_at BETWEEN $7::timestamptz - interval '1 s' AND $7::timestamptz + interval '1 s'
      AND NOT EXISTS (SELECT FROM execution.execution_names AS n
                       WHERE n.account_id = $1 AND n.source = $2 AND n.execution_id = t.execution_id)
    ORDER BY abs(extract(epoch FROM t.executed_at - $7::timestamptz)), t.id LIMIT 1)) AS execution_id`;
const REMEMBER = `
INSERT INTO execution.execution_names (account_id, source, name, execution_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;
const RESOLVE = `
SELECT coalesce((SELECT n.execution_id FROM execution.execution_names AS n WHERE n.account_id = $1 AND n.name = $2 LIMIT 1),
                (SELECT t.execution_id FROM execution.trades AS t WHERE t.account_id = $1 AND t.execution_id = $2)) AS execution_id`;
const BOOKED = 'SELECT execution_id FROM execution.trades WHERE account_id = $1 AND execution_id = ANY ($2)';

/** The id under which a reported execution is booked; null where it is not. The order's lock is held. */
export async function findExecution(
  sql: Sql,
  accountId: string,
  orderId: string,
  fill: BrokerFill,
): Promise<string | null> {
  const rows = await sql.query<{ execution_id: string | null }>(FIND, [
    accountId,
    fill.source,
    fill.executionId,
    orderId,
    fill.quantity.toString(),
    fill.price.toString(),
    fill.executedAt,
  ]);
  return rows[0]?.execution_id ?? null;
}

/** Remembers what a source calls a booked execution. */
export async function rememberExecution(
  sql: Sql,
  accountId: string,
  fill: BrokerFill,
  executionId: string,
): Promise<void> {
  await sql.query(REMEMBER, [accountId, fill.source, fill.executionId, executionId]);
}

/** The id under which an execution is booked that a broker calls this; null where none is. */
export async function resolveExecution(sql: Sql, accountId: string, name: string): Promise<string | null> {
  const rows = await sql.query<{ execution_id: string | null }>(RESOLVE, [accountId, name]);
  return rows[0]?.execution_id ?? null;
}

/** Which of these are booked under exactly this id. */
export async function readBookedExecutions(
  sql: Sql,
  accountId: string,
  executionIds: readonly string[],
): Promise<Set<string>> {
  const rows = await sql.query<{ execution_id: string }>(BOOKED, [accountId, executionIds]);
  return new Set(rows.map(({ execution_id }) => execution_id));
}
