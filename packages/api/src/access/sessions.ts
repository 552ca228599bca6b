import { randomBytes } from 'node:crypto';
import type { Sql } from '@trading/database';
import { deleteSession, insertLoginCode, insertSession, readSession, takeLoginCode } from '../sql/sessions';
import { type Keys, sha256 } from './keys';

/** How long a session lasts, and how long a login link's code. */
export const SESSION_HOURS = 12;
export const CODE_SECONDS = 60;

/** Sessions of the dashboard: a random cookie that stands for a key. */
export interface Sessions {
  /** A code for a login link. Anyone who can read `.trading` can make one: it is shown on the terminal. @throws TradingError `DATABASE.*` */
  makeCode(by: string): Promise<string>;
  /** Opens a session with a code, which is used up by that; undefined where it is none, used or too old. */
  openByCode(code: string): Promise<OpenedSession | undefined>;
  /** Opens a session that may do what a key may. */
  open(keyId: string): Promise<OpenedSession>;
  /** The key that a session stands for; undefined where it is none, or over. */
  keyOf(token: string): Promise<string | undefined>;
  close(token: string): Promise<void>;
}

/** A session, with the value of its cookie. */
export interface OpenedSession {
  readonly token: string;
  readonly keyId: string;
}

/** Sessions over the API's pool. */
export function createSessions(sql: Sql, keys: Keys): Sessions {
  const open = async (keyId: string): Promise<OpenedSession> => {
    const token = randomBytes(32).toString('base64url');
    await insertSession(sql, sha256(token), keyId, SESSION_HOURS);
    return { token, keyId };
  };
  return {
    async makeCode(by) {
      const code = randomBytes(32).toString('base64url');
      await insertLoginCode(sql, sha256(code), by, CODE_SECONDS);
      return code;
    },
    async openByCode(code) {
      const by = await takeLoginCode(sql, sha256(code));
      if (by === undefined) return undefined;
      const expiresAt = new Date(Date.now() + SESSION_HOURS * 3_600_000);
      // A key of its own, so that the audit log names it and it can be revoked; its text is thrown away.
      const { keyId } = await keys.create({
        name: `login of ${by}`,
        scope: 'admin',
        by,
        kind: 'login',
        expiresAt,
      });
      return open(keyId);
    },
    open,
    keyOf: (token) => readSession(sql, sha256(token)),
    close: (token) => deleteSession(sql, sha256(token)),
  };
}

/**
 * What a page has to send with a change, beside its cookie. It follows from the cookie, which the page itself can't read, and
 * only answers to pages of this origin tell it.
 */
export function csrfTokenOf(token: string): string {
  return sha256(`csrf ${token}`).toString('base64url');
}
