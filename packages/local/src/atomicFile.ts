import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { giveToFolderOwner } from './ownership';

/**
 * Writes a file so that a reader, or a crash at any point, meets the old content or the new content and nothing between.
 * It belongs to the owner of the folder.
 *
 * @param mode  permission bits of the new file, set before anything is written into it
 * @throws the operating system's error (ENOSPC, EACCES, ...) with the target untouched
 */
export async function writeFileAtomic(path: string, content: string, mode = 0o600): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx', mode);
    try {
      await file.writeFile(content);
      // Without this a power cut may leave the new name on an empty file.
      await file.sync();
    } finally {
      await file.close();
    }
    await giveToFolderOwner(draft);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
