import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { systemCode } from './systemError';

/** What tells one process from another that got the same id later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The start time in the system's own notation; null where it can't be read, and then only the id is compared. */
  readonly startedAt: string | null;
}

/** Looks a process up. Undefined when there is none; a zombie counts as none, since it holds nothing any more. */
export function findProcess(pid: number): (ProcessIdentity & { readonly command: string }) | undefined {
  if (!Number.isInteger(pid) || pid <= 0 || !answersSignals(pid)) return undefined;
  if (process.platform === 'linux') return fromProc(pid);
  if (process.platform === 'win32') return { pid, startedAt: null, command: '' };
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
    return { pid, startedAt: fields[19] ?? null, command };
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
  return { pid, startedAt: run('lstart').stdout.trim() || null, command: run('command').stdout.trim() };
}
