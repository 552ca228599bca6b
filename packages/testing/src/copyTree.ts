import {
  chownSync,
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * Copies a folder whole, sharing blocks where the file system can, and gives the copy to `owner`. Synchronous, because a
 * data directory is a thousand small files and going through the event loop for each takes three times as long.
 */
export function copyTree(
  source: string,
  target: string,
  owner: { uid: number; gid: number } | undefined,
): void {
  const stats = lstatSync(source);
  if (stats.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
  else if (stats.isDirectory()) {
    mkdirSync(target, { mode: stats.mode & 0o777 });
    for (const name of readdirSync(source)) copyTree(join(source, name), join(target, name), owner);
  } else copyFileSync(source, target, constants.COPYFILE_FICLONE);
  if (owner !== undefined && !stats.isSymbolicLink()) chownSync(target, owner.uid, owner.gid);
}
