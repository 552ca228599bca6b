import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { systemCode } from './systemError';

/** What tells one process from another that got the same id later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The start time in the system's own notation; null where it can't be read, and then only the id is compared. */
  readonly startedAt: string | null;
}

/** A process that runs. */
interface FoundProcess extends ProcessIdentity {
  readonly command: string;
  /** The account that it runs as; undefined where that can't be read. */
  readonly uid: number | undefined;
}

/** Looks a process up. Undefined when there is none; a zombie counts as none, since it holds nothing any more. */
export function findProcess(pid: number): FoundProcess | undefined {
  if (!Number.isInteger(pid) || pid <= 0 || !answersSignals(pid)) return undefined;
  if (process.platform === 'linux') return fromProc(pid);
  if (process.platform === 'win32') return { pid, startedAt: null, command: '', uid: undefined };
  return fromPs(pid);
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startedAt: findProcess(process.pid)?.startedAt ?? null };
}

/** Whether the very process that `identity` was taken from still runs, and not another that was given its id. */
export function isSameProcessAlive(identity: ProcessIdentity): boolean {
  const found = findProcess(identity.pid);
  if (found === undefined) return false;
  return identity.startedAt === null || found.startedAt === null || found.startedAt === identity.startedAt;
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to someone else.
    return systemCode(error) === 'EPERM';
  }
}

function fromProc(pid: number) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command stands in brackets and may hold spaces and brackets itself, so fields count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    // The folder in /proc belongs to root where the process changed its account; this line names the account.
    const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return { pid, startedAt: fields[19] ?? null, command, uid: uid === undefined ? undefined : Number(uid) };
  } catch {
    // It ended between the two looks.
    return undefined;
  }
}

function fromPs(pid: number) {
  const run = (column: string) =>
    spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' });
  const state = run('stat').stdout?.trim() ?? '';
  if (state === '' || state.startsWith('Z')) return undefined;
  const uid = run('uid').stdout.trim();
  return {
    pid,
    startedAt: run('lstart').stdout.trim() || null,
    command: run('command').stdout.trim(),
    uid: uid === '' ? undefined : Number(uid),
  };
}

/**
 * The process that a server's own file names, if it is that server's: it runs as the file's owner, and its command line says
 * what it is. A command line alone proves nothing, since every program chooses its own; only the account does, because an
 * attacker has another one.
 *
 * @param file  written by the server, in a folder that only its account can write to
 */
export function isServerOf(pid: number, file: string, says: (command: string) => boolean): boolean {
  const found = findProcess(pid);
  // Windows shows no command line without a helper program: there the id has to do.
  if (found === undefined || process.platform === 'win32') return found !== undefined;
  return says(found.command) && (found.uid === undefined || found.uid === statSync(file).uid);
}
