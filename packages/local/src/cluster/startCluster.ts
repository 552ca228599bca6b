import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TradingError } from '@trading/model';
import { writeFileAtomic } from '../atomicFile';
import { giveToFolderOwner } from '../ownership';
import { findFreePort, isPortFree } from '../ports';
import { explainSystemError, systemCode } from '../systemError';
import { type Cluster, dataFolder, logFile } from './cluster';
import { SETTINGS_FILE } from './initCluster';
import { disownForeignProcess, findPostmaster, type Postmaster } from './postmaster';
import { runProgram } from './runProgram';
import { settingsFile } from './settings';

/** What a start came to. */
export interface StartedCluster {
  readonly pid: number;
  readonly port: number;
  /** False where the server was running already. */
  readonly started: boolean;
}

/** Recovery after a crash replays up to `max_wal_size`, which a slow disk takes a while for. */
const START_TIMEOUT_MS = 120_000;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/**
 * Brings the server up, or finds it up. It goes on when this process ends.
 *
 * Takes `preferredPort` where that is free, else another one. Waits for a server that is just starting, and for the
 * children of one that was killed to be gone.
 *
 * @throws TradingError `LOCAL.POSTGRES_START_FAILED` with the end of the server's log, `LOCAL.DISK_FULL`, `LOCAL.PERMISSION`
 */
export async function startCluster(
  cluster: Cluster,
  options: { preferredPort: number | undefined; durable: boolean; maxConnections: number },
): Promise<StartedCluster> {
  try {
    return await start(cluster, options);
  } catch (error) {
    throw explainSystemError(error, 'starting PostgreSQL');
  }
}

async function start(
  cluster: Cluster,
  options: { preferredPort: number | undefined; durable: boolean; maxConnections: number },
): Promise<StartedCluster> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  await prepareLog(cluster);
  let preferred = options.preferredPort;
  for (;;) {
    const running = await awaitRunning(cluster, deadline);
    if (running !== undefined) return { pid: running.pid, port: running.port, started: false };

    const port = preferred !== undefined && (await isPortFree(preferred)) ? preferred : await findFreePort();
    await writeFileAtomic(join(dataFolder(cluster), SETTINGS_FILE), settingsFile({ ...options, port }));
    await disownForeignProcess(cluster);
    const log = await launch(cluster);
    const postmaster = await findPostmaster(cluster);
    if (log === undefined && postmaster?.ready)
      return { pid: postmaster.pid, port: postmaster.port, started: true };

    const failure = log ?? '';
    if (Date.now() >= deadline || !isPassing(failure)) throw startFailure(cluster, failure);
    if (/could not bind|could not create any TCP\/IP sockets/.test(failure)) preferred = undefined;
    else await delay(100);
  }
}

/** A running server, once it is ready; undefined where none runs, or the one that was starting gave up. */
async function awaitRunning(cluster: Cluster, deadline: number): Promise<Postmaster | undefined> {
  for (;;) {
    const found = await findPostmaster(cluster);
    if (found === undefined || found.ready) return found;
    if (Date.now() >= deadline)
      throw startFailure(cluster, `process ${found.pid} is not ready after two minutes`);
    await delay(50);
  }
}

/** Runs `pg_ctl start`. Undefined when the server is up, else what the server wrote into its log meanwhile. */
async function launch(cluster: Cluster): Promise<string | undefined> {
  const log = logFile(cluster);
  const before = await sizeOf(log);
  const { exitCode } = await runProgram(
    cluster.binaries.pgCtl,
    ['start', '-D', dataFolder(cluster), '-l', log, '-w', '-s', '-t', String(START_TIMEOUT_MS / 1000)],
    // The server inherits pg_ctl's output, so a pipe would stay open as long as the server runs.
    { ...cluster, cwd: cluster.home, capture: false },
  );
  return exitCode === 0 ? undefined : readFrom(log, before);
}

/** Failures that pass by themselves or with another port. */
function isPassing(log: string): boolean {
  return (
    /could not bind|could not create any TCP\/IP sockets|pre-existing shared memory block|is another postmaster/i.test(
      log,
    ) ||
    (log.includes('lock file') && log.includes('already exists'))
  );
}

function startFailure(cluster: Cluster, log: string): TradingError {
  const tail = log.trim().split('\n').slice(-8).join('\n');
  if (/No space left on device/.test(log)) {
    return new TradingError(
      'LOCAL.DISK_FULL',
      `No disk space left for PostgreSQL in ${cluster.home}; free some`,
      {
        kind: 'operational',
        details: { log: tail },
      },
    );
  }
  return new TradingError(
    'LOCAL.POSTGRES_START_FAILED',
    `PostgreSQL did not start on ${dataFolder(cluster)}; its log ${logFile(cluster)} says: ${tail || '(nothing)'}`,
    { kind: 'operational', details: { log: tail } },
  );
}

async function prepareLog(cluster: Cluster): Promise<void> {
  const log = logFile(cluster);
  await mkdir(dirname(log), { recursive: true, mode: 0o700 });
  await giveToFolderOwner(dirname(log));
  if ((await sizeOf(log)) > LOG_LIMIT_BYTES) await rename(log, `${log}.1`);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

async function readFrom(path: string, offset: number): Promise<string> {
  const size = await sizeOf(path);
  if (size <= offset) return '';
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read({ buffer: Buffer.alloc(size - offset), position: offset });
    return buffer.toString('utf8');
  } finally {
    await file.close();
  }
}
