import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Sql } from '@trading/database';
import { TradingError } from '@trading/model';
import { insertKey, type KeyRow, type ListedKey, listKeys, readKey, revokeKey, touchKey } from '../sql/keys';
import { ALL_ACCOUNTS, type Principal, SCOPES, type Scope } from './principal';

/** A key to be made. */
export interface NewKey {
  readonly name: string;
  readonly scope: Scope;
  /** All accounts, unless given. */
  readonly accounts?: readonly string[] | undefined;
  /** Never, unless given. */
  readonly expiresAt?: Date | undefined;
  /** Who makes it. */
  readonly by: string;
  /** What a one-time login opened, rather than a program's. */
  readonly kind?: 'key' | 'login';
}

/** A key that was just made. Its text is shown this once: it is stored nowhere. */
export interface MadeKey {
  readonly keyId: string;
  readonly key: string;
}

/** API keys: made, listed, revoked, and recognised. */
export interface Keys {
  /** @throws TradingError `API.INVALID_KEY_DEFINITION`, `DATABASE.*` */
  create(key: NewKey): Promise<MadeKey>;
  /** Newest first, those of logins only if asked for. @throws TradingError `DATABASE.*` */
  list(options?: { readonly logins?: boolean }): Promise<ListedKey[]>;
  /** @returns false where it was revoked before @throws TradingError `API.UNKNOWN_KEY`, `DATABASE.*` */
  revoke(keyId: string, by: string): Promise<boolean>;
  /** Whose key this is, if it is good. @throws TradingError `DATABASE.*` */
  recognise(key: string): Promise<Recognition>;
  /** The same of a session's key, which is known by its id. @throws TradingError `DATABASE.*` */
  recogniseId(keyId: string): Promise<Recognition>;
}

/** Who a key stands for, or why it is refused. */
export type Recognition =
  | { readonly principal: Omit<Principal, 'via'> }
  | { readonly refused: 'unknown' | 'expired' | 'revoked' };

/** `trd_`, the public id, and 256 random bits. */
const KEY = /^trd_([a-z0-9]{12})_([A-Za-z0-9_-]{43})$/;
const ID_BYTES = 6;
const SECRET_BYTES = 32;
const NAME = 100;

/**
 * Keys over the API's pool. They are stored as SHA-256: a slow hash protects what people choose, and 256 random bits can't be
 * guessed at any speed; argon2 would cost each request 50 ms for nothing.
 */
export function createKeys(sql: Sql): Keys {
  const recognised = async (row: KeyRow | undefined): Promise<Recognition> => {
    if (row === undefined) return { refused: 'unknown' };
    if (row.revoked) return { refused: 'revoked' };
    if (row.expired) return { refused: 'expired' };
    if (row.stale) await touchKey(sql, row.key_id);
    return {
      principal: { keyId: row.key_id, name: row.name, scope: row.scope, accounts: row.accounts },
    };
  };
  return {
    async create({ name, scope, accounts = [ALL_ACCOUNTS], expiresAt, by, kind = 'key' }) {
      checkKey({ name, scope, accounts, expiresAt });
      const keyId = randomBytes(ID_BYTES).toString('hex');
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      await insertKey(sql, {
        keyId,
        name,
        kind,
        secretHash: sha256(secret),
        scope,
        accounts,
        createdBy: by,
        expiresAt: expiresAt ?? null,
      });
      return { keyId, key: `trd_${keyId}_${secret}` };
    },
    list: ({ logins = false } = {}) => listKeys(sql, logins),
    async revoke(keyId, by) {
      const outcome = await revokeKey(sql, keyId, by);
      if (outcome !== undefined) return outcome;
      throw new TradingError(
        'API.UNKNOWN_KEY',
        `there is no key ${keyId}; \`trading keys list\` shows them`,
        {
          details: { field: 'keyId', value: keyId },
        },
      );
    },
    async recognise(key) {
      const [, keyId, secret] = KEY.exec(key) ?? [];
      if (keyId === undefined || secret === undefined) return { refused: 'unknown' };
      const row = await readKey(sql, keyId);
      const same = row !== undefined && timingSafeEqual(row.secret_hash, sha256(secret));
      return recognised(same ? row : undefined);
    },
    recogniseId: async (keyId) => recognised(await readKey(sql, keyId)),
  };
}

/** SHA-256 of a secret. */
export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function checkKey({ name, scope, accounts, expiresAt }: Omit<NewKey, 'by'>): void {
  const wrong = (field: string, value: string, why: string) =>
    new TradingError('API.INVALID_KEY_DEFINITION', `${field} is '${value}': ${why}`, {
      details: { field, value },
    });
  if (name.trim() === '' || name.length > NAME)
    throw wrong('name', name, `it must have 1 to ${NAME} characters`);
  if (!SCOPES.includes(scope)) throw wrong('scope', scope, `it must be one of ${SCOPES.join(', ')}`);
  if (accounts?.some((account) => account === '' || account.length > 50))
    throw wrong('accounts', accounts.join(','), 'each must have 1 to 50 characters');
  if (accounts?.length === 0) throw wrong('accounts', '', 'name one at least, or leave them out for all');
  if (accounts !== undefined && accounts.length > 1 && accounts.includes(ALL_ACCOUNTS))
    throw wrong('accounts', accounts.join(','), '* is all accounts, and stands alone');
  if (expiresAt !== undefined && !(expiresAt.getTime() > Date.now()))
    throw wrong('expiresAt', String(expiresAt), 'it must lie in the future');
}
