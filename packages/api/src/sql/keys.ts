import type { Sql } from '@trading/database';
import type { Scope } from '../access/principal';

/** A row of `api.keys`, as it is recognised. */
export interface KeyRow extends Record<string, unknown> {
  readonly key_id: string;
  readonly name: string;
  readonly secret_hash: Buffer;
  readonly scope: Scope;
  readonly accounts: readonly string[];
  readonly revoked: boolean;
  readonly expired: boolean;
  /** Its last use was written down more than a minute ago, or never. */
  readonly stale: boolean;
}

const READ = `
  SELECT key_id, name, secret_hash, scope, accounts, revoked_at IS NOT NULL AS revoked,
         coalesce(expires_at <= clock_timestamp(), false) AS expired,
         coalesce(last_used_at < clock_timestamp() - interval '1 minute', true) AS stale
    FROM api.keys WHERE key_id = $1`;

/** The key of an id. */
export async function readKey(sql: Sql, keyId: string): Promise<KeyRow | undefined> {
  const [row] = await sql.query<KeyRow>(READ, [keyId], 'api.readKey');
  return row;
}

/** A key to be stored. */
export interface StoredKey {
  readonly keyId: string;
  readonly name: string;
  readonly kind: 'key' | 'login';
  readonly secretHash: Buffer;
  readonly scope: Scope;
  readonly accounts: readonly string[];
  readonly createdBy: string;
  readonly expiresAt: Date | null;
}

/** Stores a key. */
export async function insertKey(sql: Sql, key: StoredKey): Promise<void> {
  await sql.query(
    `INSERT INTO api.keys (key_id, name, kind, secret_hash, scope, accounts, created_by, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [key.keyId, key.name, key.kind, key.secretHash, key.scope, key.accounts, key.createdBy, key.expiresAt],
  );
}

/** Writes down that a key was used; to the minute, so that a busy key doesn't cost a write a request. */
export async function touchKey(sql: Sql, keyId: string): Promise<void> {
  await sql.query(
    'UPDATE api.keys SET last_used_at = clock_timestamp() WHERE key_id = $1',
    [keyId],
    'api.touchKey',
  );
}

const REVOKE = `
  WITH revoked AS (UPDATE api.keys SET revoked_at = clock_timestamp(), revoked_by = $2
                    WHERE key_id = $1 AND revoked_at IS NULL RETURNING key_id)
  SELECT EXISTS (SELECT FROM revoked) AS now FROM api.keys WHERE key_id = $1`;

/** Revokes a key. @returns false where it was revoked before, undefined where there is none */
export async function revokeKey(sql: Sql, keyId: string, by: string): Promise<boolean | undefined> {
  const [row] = await sql.query<{ now: boolean }>(REVOKE, [keyId, by]);
  return row?.now;
}

/** A key as it is listed. */
export interface ListedKey {
  readonly keyId: string;
  readonly name: string;
  readonly kind: 'key' | 'login';
  readonly scope: Scope;
  readonly accounts: readonly string[];
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

const LIST = `
  SELECT key_id AS "keyId", name, kind, scope, accounts, created_at AS "createdAt", created_by AS "createdBy",
         expires_at AS "expiresAt", revoked_at AS "revokedAt", last_used_at AS "lastUsedAt"
    FROM api.keys WHERE kind = 'key' OR $1 ORDER BY created_at DESC, key_id`;

/** Every key, newest first. */
export function listKeys(sql: Sql, logins: boolean): Promise<ListedKey[]> {
  return sql.query<ListedKey & Record<string, unknown>>(LIST, [logins]);
}
