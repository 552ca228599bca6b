import type { Sql } from '@trading/database';

/** A request under an Idempotency-Key. */
export interface IdempotentRequest {
  readonly keyId: string;
  readonly idempotencyKey: string;
  readonly requestHash: Buffer;
}

/** What it was answered with. */
export interface KeptAnswer {
  readonly status: number;
  readonly body: string;
}

// A request that a server left behind when it ended may be made again: what it does under one key has an id that follows
// from that key, so that it can't be done twice.
const OPEN = `
  WITH old AS (DELETE FROM api.idempotent_answers
                WHERE created_at < clock_timestamp() - interval '1 day'
                  AND (key_id, idempotency_key) IS DISTINCT FROM ($1::text, $2::text)),
  mine AS (INSERT INTO api.idempotent_answers AS a (key_id, idempotency_key, request_hash) VALUES ($1, $2, $3)
           ON CONFLICT (key_id, idempotency_key) DO UPDATE
             SET created_at = clock_timestamp(), status = NULL, body = NULL, request_hash = excluded.request_hash
             WHERE a.created_at < clock_timestamp() - interval '1 day'
                OR (a.status IS NULL AND a.request_hash = excluded.request_hash
                    AND a.created_at < clock_timestamp() - interval '1 minute')
           RETURNING 1)
  SELECT EXISTS (SELECT FROM mine) AS opened`;

const READ = `
  SELECT request_hash = $3 AS same, status, body FROM api.idempotent_answers WHERE key_id = $1 AND idempotency_key = $2`;

/** Begins a request under a key; or says that it is under way, was another, or what it was answered with. */
export async function openAnswer(
  sql: Sql,
  { keyId, idempotencyKey, requestHash }: IdempotentRequest,
): Promise<'new' | 'under way' | 'another' | KeptAnswer> {
  const values = [keyId, idempotencyKey, requestHash];
  const [begun] = await sql.query<{ opened: boolean }>(OPEN, values, 'api.openAnswer');
  if (begun?.opened === true) return 'new';
  const [row] = await sql.query<{ same: boolean; status: number | null; body: string | null }>(
    READ,
    values,
    'api.readAnswer',
  );
  // It failed on our side in between, and was forgotten.
  if (row === undefined) return 'under way';
  if (!row.same) return 'another';
  return row.status === null ? 'under way' : { status: row.status, body: row.body ?? '' };
}

/** Keeps the answer. */
export async function keepAnswer(
  sql: Sql,
  { keyId, idempotencyKey, status, body }: Omit<IdempotentRequest, 'requestHash'> & KeptAnswer,
): Promise<void> {
  await sql.query(
    'UPDATE api.idempotent_answers SET status = $3, body = $4 WHERE key_id = $1 AND idempotency_key = $2',
    [keyId, idempotencyKey, status, body],
    'api.keepAnswer',
  );
}

/** Forgets a request, so that it can be made again. */
export async function forgetAnswer(sql: Sql, keyId: string, idempotencyKey: string): Promise<void> {
  await sql.query('DELETE FROM api.idempotent_answers WHERE key_id = $1 AND idempotency_key = $2', [
    keyId,
    idempotencyKey,
  ]);
}
