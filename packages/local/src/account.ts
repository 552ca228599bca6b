import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TradingError } from '@trading/model';

/** The operating system's user that the database server runs as. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root. Where this process is root, picks whom it runs as: the one that owns the data already,
 * else the one that owns the repository, else `postgres`, else `nobody`. Undefined where this process isn't root and the
 * server simply runs as the same user.
 *
 * @param places  folders to take the owner from, the most telling first; those that don't exist are passed over
 * @throws TradingError `LOCAL.NO_ACCOUNT`
 */
export async function chooseAccount(places: readonly string[]): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const place of places) {
    const owner = await stat(place).catch(() => undefined);
    if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  }
  for (const name of ['postgres', 'nobody']) {
    const account = lookUp(name);
    if (account !== undefined) return account;
  }
  throw new TradingError(
    'LOCAL.NO_ACCOUNT',
    'PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as; run as an ordinary user, or add a user `postgres`',
    { kind: 'operational' },
  );
}

/** What to pass to `spawn` so that the child runs as `account`. */
export function asAccount(account: ServerAccount | undefined): { uid?: number; gid?: number } {
  return account === undefined ? {} : { uid: account.uid, gid: account.gid };
}

/** Whether `account` may pass through every folder above `path`, by the permission bits alone. */
export async function canReach(account: ServerAccount, path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const entry = await stat(folder).catch(() => undefined);
    if (entry !== undefined) {
      const bit = entry.uid === account.uid ? 0o100 : entry.gid === account.gid ? 0o010 : 0o001;
      if ((entry.mode & bit) === 0) return false;
    }
    if (folder === dirname(folder)) return true;
  }
}

function lookUp(name: string): ServerAccount | undefined {
  const id = (flag: string) => {
    const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
    return status === 0 ? Number(stdout.trim()) : Number.NaN;
  };
  const [uid, gid] = [id('-u'), id('-g')];
  return Number.isInteger(uid) && Number.isInteger(gid) && uid > 0 ? { uid, gid } : undefined;
}
