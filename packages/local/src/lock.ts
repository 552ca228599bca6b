import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TradingError } from '@trading/model';
import { z } from 'zod';
import { giveToFolderOwner } from './ownership';
import { isSameProcessAlive, ownIdentity } from './processIdentity';
import { systemCode } from './systemError';

const ticketSchema = z.object({
  pid: z.number().int(),
  startedAt: z.string().nullable(),
  released: z.boolean(),
});

/** A held lock. */
export interface Lock extends AsyncDisposable {
  release(): Promise<void>;
}

/**
 * Lets one process at a time through, and is free again the moment its holder dies, however it dies.
 *
 * The lock is a folder of numbered tickets; the highest one decides. Who finds it released, or its holder dead, takes the
 * next number with `link`, which one process alone can do. The highest ticket is never deleted, only marked, so two
 * processes that find the same dead holder can't both take over, as they could by deleting and re-creating one lock file.
 *
 * @param folder     where the tickets lie; made when missing
 * @param options.timeoutMs  how long to wait for a living holder, 120 s unless told
 * @param options.onWait     called once, with the holder's process id, when there is somebody to wait for
 * @throws TradingError `LOCAL.BUSY` when the wait ran out
 */
export async function acquireLock(
  folder: string,
  options: { timeoutMs?: number; onWait?: (holderPid: number) => void } = {},
): Promise<Lock> {
  const timeoutMs = options.timeoutMs ?? 120_000;
  const deadline = Date.now() + timeoutMs;
  if ((await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined) await giveToFolderOwner(folder);
  let announced = false;
  for (;;) {
    const highest = await highestTicket(folder);
    const holder = highest === 0 ? undefined : await readHolder(folder, highest);
    if (holder === undefined) {
      if (await takeTicket(folder, highest + 1)) return held(folder, highest + 1);
      continue;
    }
    if (!announced) options.onWait?.(holder.pid);
    announced = true;
    if (Date.now() >= deadline) {
      throw new TradingError(
        'LOCAL.BUSY',
        `Another trading command (process ${holder.pid}) has been at work for more than ${Math.round(timeoutMs / 1000)} s; wait for it, or end that process`,
        { kind: 'operational', transient: true, details: { pid: holder.pid } },
      );
    }
    await delay(50);
  }
}

/** Runs `work` while holding the lock, and gives it back whatever comes of it. Options and errors as {@link acquireLock}. */
export async function withLock<T>(
  folder: string,
  options: Parameters<typeof acquireLock>[1],
  work: () => Promise<T>,
): Promise<T> {
  const lock = await acquireLock(folder, options);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function highestTicket(folder: string): Promise<number> {
  const names = await readdir(folder);
  return Math.max(0, ...names.filter((name) => /^\d+$/.test(name)).map(Number));
}

/** The living holder of a ticket; undefined when it was released, its process is gone, or its content is unreadable. */
async function readHolder(folder: string, ticket: number): Promise<{ pid: number } | undefined> {
  try {
    const parsed = ticketSchema.parse(JSON.parse(await readFile(join(folder, String(ticket)), 'utf8')));
    return !parsed.released && isSameProcessAlive(parsed) ? parsed : undefined;
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError || systemCode(error) === 'ENOENT')
      return undefined;
    throw error;
  }
}

async function takeTicket(folder: string, ticket: number): Promise<boolean> {
  const draft = join(folder, `draft-${randomUUID()}`);
  const path = join(folder, String(ticket));
  await writeFile(draft, JSON.stringify({ ...ownIdentity(), released: false }), { mode: 0o600 });
  try {
    await giveToFolderOwner(draft);
    await link(draft, path);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  // A slow process may take a number that was already passed and cleaned away: only the highest one counts.
  if ((await highestTicket(folder)) !== ticket) {
    await rm(path, { force: true });
    return false;
  }
  await removeOlder(folder, ticket);
  return true;
}

/** Old tickets, and drafts that a killed process left: a living process's draft is re-made by its next attempt. */
async function removeOlder(folder: string, ticket: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^\d+$/.test(name) && Number(name) < ticket) await rm(join(folder, name), { force: true });
  }
}

function held(folder: string, ticket: number): Lock {
  let released = false;
  const release = async () => {
    if (released) return;
    released = true;
    const draft = join(folder, `draft-${randomUUID()}`);
    await writeFile(draft, JSON.stringify({ ...ownIdentity(), released: true }), { mode: 0o600 });
    await giveToFolderOwner(draft);
    await rename(draft, join(folder, String(ticket)));
  };
  return { release, [Symbol.asyncDispose]: release };
}
