import type { Sql } from '@trading/database';
import { columns } from './columns';
import { listQuery } from './readPage';

/** A change that is asked for. */
export interface AuditedRequest {
  readonly keyId: string;
  readonly method: string;
  readonly path: string;
  readonly request: unknown;
  readonly idempotencyKey: string | null;
}

const INSERT = `
  INSERT INTO api.audit_log (key_id, method, path, request, idempotency_key) VALUES ($1, $2, $3, $4, $5) RETURNING id::text`;

/** Begins a line of the audit log. @returns its id */
export async function insertAuditEntry(sql: Sql, entry: AuditedRequest): Promise<string> {
  const { keyId, method, path, request, idempotencyKey } = entry;
  const body = request === null ? null : JSON.stringify(request);
  const [row] = await sql.query<{ id: string }>(
    INSERT,
    [keyId, method, path, body, idempotencyKey],
    'api.insertAudit',
  );
  return row?.id ?? '';
}

/** Writes down how it ended. */
export async function finishAuditEntry(
  sql: Sql,
  id: string,
  status: number,
  code: string | null,
): Promise<void> {
  await sql.query(
    'UPDATE api.audit_log SET status = $2, code = $3, finished_at = clock_timestamp() WHERE id = $1',
    [id, status, code],
    'api.finishAudit',
  );
}

/** The audit log, newest first. */
export const AUDIT_LOG = listQuery({
  text: `SELECT ${columns({ plain: ['id::text', 'key_id', 'method', 'path', 'request', 'idempotency_key', 'status', 'code'], time: ['started_at', 'finished_at'] })} FROM api.audit_log`,
  key: { column: 'id', type: 'bigint', order: 'DESC' },
  filters: { keyId: 'key_id = ?' },
});
