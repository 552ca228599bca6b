import { createHash } from 'node:crypto';
import { chown, lstat, mkdir, readlink, realpath, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { canReach, type ServerAccount } from './account';

/** Where data goes that has to lie outside a repository that the server's account can't reach. */
export const SHARED_FOLDER = '/var/lib/trading-system';

/**
 * Makes sure of the folder that holds the server's data and log, owned by `account`, and returns its real path.
 *
 * It is `.trading/postgres`. Where `account` can't get there (the repository of root lies in root's closed home), it is a
 * folder below `sharedFolder` and `.trading/postgres` is a link to it.
 */
export async function ensureHome(
  path: string,
  account: ServerAccount | undefined,
  sharedFolder: string,
): Promise<string> {
  const entry = await lstat(path).catch(() => undefined);
  const linked = entry?.isSymbolicLink() === true;
  if (account === undefined || (!linked && (await canReach(account, dirname(path))))) {
    await makeOwned(path, account);
    return realpath(path);
  }
  const name = createHash('sha256').update(path).digest('hex').slice(0, 12);
  const target = linked ? await readlink(path) : join(sharedFolder, name);
  await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  await makeOwned(target, account);
  if (!linked) {
    // An empty folder is in the way where an earlier run was cut off; one with data makes the removal fail, and be it so.
    await rm(path, { recursive: false, force: true }).catch(() => undefined);
    await symlink(target, path);
  }
  return realpath(path);
}

async function makeOwned(path: string, account: ServerAccount | undefined): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (account !== undefined) await chown(path, account.uid, account.gid);
}
