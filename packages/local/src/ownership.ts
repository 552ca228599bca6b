import { chown, lstat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Gives what root has just made to the owner of the folder that it lies in. In a container, or under sudo, the repository
 * belongs to a user who will come back without root's rights, and PostgreSQL's files to the account that it runs as. As an
 * ordinary user, whose files are their own, it does nothing.
 */
export async function giveToFolderOwner(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await lstat(dirname(path));
  await chown(path, uid, gid);
}
