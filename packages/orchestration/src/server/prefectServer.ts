import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { acquireLock, findFreePort, findProcess, isPortFree, LOOPBACK, type Progress } from '@trading/local';
import { TradingError } from '@trading/model';
import { createPrefectClient, PREFECT_VERSION } from '../client/prefectClient';
import type { PrefectConnection } from '../client/transport';
import { ensureServerProgram, type ServerProgram } from './serverProgram';
import { isRunning, readServerRecord, type ServerRecord, writeServerRecord } from './serverRecord';
import { serverEnvironment } from './serverSettings';

/** Where the server lives and what it works on. */
export interface PrefectServerOptions {
  /** Its folder, e.g. `.trading/prefect`: the record of where it runs, its log, Prefect's own home. */
  readonly folder: string;
  /** Where the Python environment is made; `folder` unless told. */
  readonly environmentFolder?: string;
  /** As the role `prefect`, which owns the database of that name and nothing else. */
  readonly databaseUrl: string;
  /** The environment to start from; its PATH is where Python, and Docker where there is none, are looked for. */
  readonly env: NodeJS.ProcessEnv;
  readonly progress?: Progress;
  /** More of Prefect's settings by their environment names. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** What is known of the server without its password. */
export interface PrefectServerStatus {
  readonly running: boolean;
  /** It answers and its database does. */
  readonly healthy: boolean;
  readonly version?: string;
  readonly apiUrl?: string;
  readonly uiUrl?: string;
  readonly pid?: number;
  readonly logFile: string;
}

/** What `start` did. */
export interface StartedPrefect {
  /** False where it was running already. */
  readonly started: boolean;
  readonly installed: boolean;
  readonly version: string;
  readonly uiUrl: string;
  readonly pid: number;
  readonly logFile: string;
  /** For a client; holds the password. */
  readonly connection: PrefectConnection;
}

/** A Prefect server of our own, which goes on when this process ends. */
export interface PrefectServer {
  /** Installs it where it isn't; `start` does so too. */
  install(): Promise<void>;
  /**
   * Installs it where it isn't, starts it where it doesn't run, and waits until it answers; its first start migrates its
   * database. Loopback only, with a password, on the port of last time if that is free.
   *
   * @throws TradingError `PREFECT.NO_PYTHON`, `PREFECT.INSTALL_FAILED`, `PREFECT.START_FAILED` with the end of the log
   */
  start(): Promise<StartedPrefect>;
  /** Ends it and waits for its process to go; true where there was one. */
  stop(): Promise<boolean>;
  status(): Promise<PrefectServerStatus>;
  /** How to reach the server where it runs; undefined where it doesn't, since the password is for nobody else on its port. */
  connection(): Promise<PrefectConnection | undefined>;
}

const START_TIMEOUT_MS = 300_000;
const STOP_TIMEOUT_MS = 15_000;
/** For one answer of a server that may have much to do. */
const ANSWER_TIMEOUT_MS = 30_000;
const POLL_MS = 100;

/** The server of a folder. Starts nothing by itself. */
export function createPrefectServer(options: PrefectServerOptions): PrefectServer {
  const recordFile = join(options.folder, 'server.json');
  const logFile = join(options.folder, 'server.log');
  const install = () =>
    ensureServerProgram({
      home: options.environmentFolder ?? options.folder,
      env: options.env,
      ...(options.progress === undefined ? {} : { progress: options.progress }),
    });
  const lock = () => acquireLock(join(options.folder, 'lock'), { timeoutMs: 300_000 });
  return {
    install: async () => {
      await install();
    },
    start: async () => {
      await mkdir(options.folder, { recursive: true, mode: 0o711 });
      await using _lock = await lock();
      const known = await readServerRecord(recordFile);
      if (known !== undefined && isRunning(known) && known.database !== digestOf(options.databaseUrl)) {
        await end(known);
      } else if (known !== undefined && isRunning(known)) {
        const version = await waitUntilHealthy(known, logFile);
        return { ...describe(known, logFile), version, started: false, installed: false };
      }
      const program = await install();
      options.progress?.({ step: 'prefect.start', message: `Starting Prefect ${PREFECT_VERSION}` });
      const record = await launch(options, program, known, logFile);
      await writeServerRecord(recordFile, record);
      const version = await waitUntilHealthy(record, logFile);
      return { ...describe(record, logFile), version, started: true, installed: program.installed };
    },
    stop: async () => {
      const record = await readServerRecord(recordFile);
      if (record === undefined || !isRunning(record)) return false;
      await using _lock = await lock();
      await end(record);
      return true;
    },
    status: async () => {
      const record = await readServerRecord(recordFile);
      if (record === undefined) return { running: false, healthy: false, logFile };
      const { connection, uiUrl, pid } = describe(record, logFile);
      const place = { apiUrl: connection.apiUrl, uiUrl, logFile };
      if (!isRunning(record)) return { ...place, running: false, healthy: false };
      const client = createPrefectClient({ ...connection, timeoutMs: ANSWER_TIMEOUT_MS, attempts: 1 });
      if (!(await client.healthy())) return { ...place, running: true, healthy: false, pid };
      return { ...place, running: true, healthy: true, pid, version: await client.version() };
    },
    connection: async () => {
      const record = await readServerRecord(recordFile);
      return record === undefined || !isRunning(record) ? undefined : describe(record, logFile).connection;
    },
  };
}

function digestOf(databaseUrl: string): string {
  return createHash('sha256').update(databaseUrl).digest('hex');
}

function describe(record: ServerRecord, logFile: string) {
  const uiUrl = `http://${LOOPBACK}:${record.port}`;
  const connection: PrefectConnection = {
    apiUrl: `${uiUrl}/api`,
    auth: { kind: 'basic', authString: record.authString },
  };
  return { uiUrl, connection, pid: record.pid, logFile };
}

async function launch(
  options: PrefectServerOptions,
  { program, args }: ServerProgram,
  known: ServerRecord | undefined,
  logFile: string,
): Promise<ServerRecord> {
  // Where another program has the port of last time, somebody's client may have sent it the password: both are new then.
  const kept = known !== undefined && (await isPortFree(known.port)) ? known : undefined;
  const port = kept?.port ?? (await findFreePort());
  // Other users of the machine reach the loopback interface too.
  const authString = kept?.authString ?? `trading:${randomBytes(18).toString('base64url')}`;
  const home = join(options.folder, 'home');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const env = serverEnvironment(options.env, {
    home,
    databaseUrl: options.databaseUrl,
    authString,
    host: LOOPBACK,
    port,
    more: options.settings,
  });
  const log = await open(logFile, 'w', 0o600);
  try {
    const child = spawn(program, args(port), {
      cwd: options.folder,
      env,
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    const pid = child.pid ?? 0;
    const database = digestOf(options.databaseUrl);
    return { pid, startedAt: findProcess(pid)?.startedAt ?? null, port, authString, database };
  } finally {
    await log.close();
  }
}

/** Returns the server's version. */
async function waitUntilHealthy(record: ServerRecord, logFile: string): Promise<string> {
  const { connection } = describe(record, logFile);
  const client = createPrefectClient({ ...connection, timeoutMs: ANSWER_TIMEOUT_MS, attempts: 1 });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && isRunning(record)) {
    // It may answer the one before it answers the other; what keeps it from starting is told from its log.
    const version = (await client.healthy()) ? await client.version().catch(() => undefined) : undefined;
    if (version !== undefined) return version;
    await delay(POLL_MS);
  }
  const log = await readFile(logFile, 'utf8').catch(() => '');
  const tail = log.trim().split('\n').slice(-8).join('\n');
  throw new TradingError(
    'PREFECT.START_FAILED',
    `Prefect did not start; ${logFile} ends with: ${tail === '' ? '(nothing)' : tail}`,
    { kind: 'operational', transient: true, details: { logFile } },
  );
}

/** SIGTERM, and SIGKILL where that is not heeded in time. */
async function end(record: ServerRecord): Promise<void> {
  const signal = (name: NodeJS.Signals) => {
    if (isRunning(record)) process.kill(record.pid, name);
  };
  signal('SIGTERM');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isRunning(record) && Date.now() < deadline) await delay(POLL_MS);
  signal('SIGKILL');
  while (isRunning(record)) await delay(POLL_MS);
}
