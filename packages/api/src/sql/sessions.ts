import type { Sql } from '@trading/database';

const INSERT = `
  WITH old AS (DELETE FROM api.sessions WHERE expires_at < clock_timestamp())
  INSERT INTO api.sessions (session_hash, key_id, expires_at) VALUES ($1, $2, clock_timestamp() + make_interval(hours => $3))`;

/** Opens a session, and forgets those that are over. */
export async function insertSession(sql: Sql, hash: Buffer, keyId: string, hours: number): Promise<void> {
  await sql.query(INSERT, [hash, keyId, hours]);
}

/** The key of a session that is not over. */
export async function readSession(sql: Sql, hash: Buffer): Promise<string | undefined> {
  const [row] = await sql.query<{ key_id: string }>(
    'SELECT key_id FROM api.sessions WHERE session_hash = $1 AND expires_at > clock_timestamp()',
    [hash],
    'api.readSession',
  );
  return row?.key_id;
}

/** Ends a session. */
export async function deleteSession(sql: Sql, hash: Buffer): Promise<void> {
  await sql.query('DELETE FROM api.sessions WHERE session_hash = $1', [hash]);
}

const INSERT_CODE = `
  WITH old AS (DELETE FROM api.login_codes WHERE expires_at < clock_timestamp())
  INSERT INTO api.login_codes (code_hash, created_by, expires_at) VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))`;

/** Stores a login code, and forgets those that are too old. */
export async function insertLoginCode(sql: Sql, hash: Buffer, by: string, seconds: number): Promise<void> {
  await sql.query(INSERT_CODE, [hash, by, seconds]);
}

/** Takes a login code: whoever is first has it. @returns who asked for it, undefined where there is none that is good */
export async function takeLoginCode(sql: Sql, hash: Buffer): Promise<string | undefined> {
  const [row] = await sql.query<{ created_by: string; good: boolean }>(
    'DELETE FROM api.login_codes WHERE code_hash = $1 RETURNING created_by, expires_at > clock_timestamp() AS good',
    [hash],
  );
  return row?.good === true ? row.created_by : undefined;
}
