import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../atomicFile';
import { isServerOf } from '../processIdentity';
import { systemCode } from '../systemError';
import { type Cluster, dataFolder } from './cluster';

/** What a data directory's `postmaster.pid` says, checked against the process that it names. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** False while it starts, recovers after a crash, or stops. */
  readonly ready: boolean;
}

/** Larger than any process id that a system gives out, so PostgreSQL takes the file that names it for stale. */
const NO_PROCESS = 2_147_483_646;

/** The server that runs on the data directory; undefined where none does, whatever a left-over file says. */
export async function findPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const lines = await readPidFile(cluster);
  if (lines === undefined) return undefined;
  const pid = Number(lines[0]);
  if (!isOurs(cluster, pid)) return undefined;
  return { pid, port: Number(lines[3] ?? 0), ready: lines[7]?.trim() === 'ready' };
}

/**
 * After a crash the file may name a process id that another program has by now, and PostgreSQL would refuse to start
 * for fear of it. Puts an id there that nobody has and leaves the rest alone: the rest is how PostgreSQL tells whether
 * children of the dead server still hold its memory, and that check must not be lost.
 */
export async function disownForeignProcess(cluster: Cluster): Promise<void> {
  const lines = await readPidFile(cluster);
  if (lines === undefined || isOurs(cluster, Number(lines[0]))) return;
  if (Number(lines[0]) === NO_PROCESS) return;
  const path = join(dataFolder(cluster), 'postmaster.pid');
  await writeFileAtomic(path, [String(NO_PROCESS), ...lines.slice(1)].join('\n'));
}

function isOurs(cluster: Cluster, pid: number): boolean {
  return isServerOf(
    pid,
    // Rewritten by us after a crash; the version file is PostgreSQL's own.
    join(dataFolder(cluster), 'PG_VERSION'),
    (command) => command.includes('postgres') && command.includes(dataFolder(cluster)),
  );
}

async function readPidFile(cluster: Cluster): Promise<string[] | undefined> {
  try {
    const text = await readFile(join(dataFolder(cluster), 'postmaster.pid'), 'utf8');
    return text.split('\n');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
