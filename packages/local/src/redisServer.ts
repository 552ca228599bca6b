import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, open, readFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TradingError } from '@trading/model';
import { asAccount, chooseAccount, type ServerAccount } from './account';
import { writeFileAtomic } from './atomicFile';
import { childEnvironment } from './childEnvironment';
import { passwordOf, serverOf } from './connectionUrl';
import { generatePassword } from './credentials';
import { ensureHome, SHARED_FOLDER } from './home';
import { giveToFolderOwner } from './ownership';
import { findFreePort, isPortFree, LOOPBACK } from './ports';
import { findProcess, isServerOf } from './processIdentity';
import { type RedisFacts, readRedisFacts, shutDownRedis } from './redisClient';
import { explainSystemError } from './systemError';

/** A Redis of our own. */
export interface RedisServer extends RedisFacts {
  /** Holds the password. */
  readonly url: string;
  /** False where it was running already. */
  readonly started: boolean;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 60_000;
const CONFIGURATION = 'redis.conf';
const PROCESS_FILE = 'redis.pid';
/** What it may hold of the streams, which the outbox can fill again. */
const MAXIMUM_MEMORY = '256mb';

/** What starts a Redis, the one that is preferred first. */
const PROGRAMS = ['redis-server', 'valkey-server'];

/** The program that starts a Redis, on a search path such as PATH; undefined where there is none. */
export async function findRedisProgram(
  searchPath: string,
  names: readonly string[] = PROGRAMS,
): Promise<string | undefined> {
  const folders = searchPath.split(delimiter).filter((entry) => entry !== '');
  for (const candidate of names.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    const runs = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return candidate;
  }
  return undefined;
}

/**
 * Starts a private Redis that goes on when this process ends, or finds it running. Loopback only, with a password; it
 * writes nothing to disk, because whatever is in it can be rebuilt from the outbox.
 *
 * Its own configuration file tells where it was last time, so one that outlived a killed `up` is found again, and one that
 * is started anew takes the same port if that is free.
 *
 * @throws TradingError `LOCAL.REDIS_START_FAILED` with the end of its log
 */
export async function startRedis(options: {
  program: string;
  folder: string;
  env: NodeJS.ProcessEnv;
  /** As whose owner it runs where this process is root, as PostgreSQL does. */
  repository?: string;
  /** Where its files go if that account can't reach `folder`. `/var/lib/trading-system` by default. */
  sharedFolder?: string | undefined;
  /** Called where it isn't running, before it is started. */
  onStart?: () => void;
}): Promise<RedisServer> {
  const remembered = await rememberedRedis(options.folder);
  if (remembered?.running === true)
    return { ...(await readRedisFacts(remembered.url)), url: remembered.url, started: false };
  options.onStart?.();

  // Whoever has the port of a Redis that is down may have been given its password by somebody's client.
  const known = remembered !== undefined && !(await isTaken(remembered)) ? remembered.url : undefined;
  const password = (known === undefined ? undefined : passwordOf(known)) ?? generatePassword();
  try {
    const account = await chooseAccount(options.repository === undefined ? [] : [options.repository]);
    const folder = await ensureHome(options.folder, account, options.sharedFolder ?? SHARED_FOLDER);
    for (let attempt = 1; ; attempt += 1) {
      const port = attempt === 1 && known !== undefined ? serverOf(known, 6379).port : await findFreePort();
      const url = urlOf(port, password);
      const facts = await launch({ ...options, folder, account }, port, password, url);
      if (facts !== undefined) return { ...facts, url, started: true };
      if (attempt === 5) throw await startFailure(options);
    }
  } catch (error) {
    throw explainSystemError(error, 'starting Redis');
  }
}

/** A Redis that `up` started once. */
export interface RememberedRedis {
  /** Holds the password, so it is for a Redis that runs only: Redis asks for passwords in the clear. */
  readonly url: string;
  /** Whether it is our own process that listens there. */
  readonly running: boolean;
}

/** The Redis that was last started in this folder; undefined where none ever was. Nothing is sent to it. */
export async function rememberedRedis(folder: string): Promise<RememberedRedis | undefined> {
  const text = await readFile(join(folder, CONFIGURATION), 'utf8').catch(() => '');
  const port = /^port (\d+)$/m.exec(text)?.[1];
  const password = /^requirepass (\S+)$/m.exec(text)?.[1];
  if (port === undefined || password === undefined) return undefined;
  return { url: urlOf(Number(port), password), running: await isOurs(folder, port) };
}

/** Why the Redis of this folder can't be used; undefined where it runs. Nothing is sent to whoever has its port. */
export async function redisProblem(folder: string): Promise<string | undefined> {
  const remembered = await rememberedRedis(folder);
  if (remembered?.running === true) return undefined;
  return remembered !== undefined && (await isTaken(remembered))
    ? `Redis is not running, and another program listens on its port ${serverOf(remembered.url, 6379).port}`
    : 'Redis is not running';
}

/** Whether another program listens where our Redis did, to which no password may be sent. */
export async function isTaken({ url, running }: RememberedRedis): Promise<boolean> {
  return !running && !(await isPortFree(serverOf(url, 6379).port));
}

async function isOurs(folder: string, port: string): Promise<boolean> {
  const file = join(folder, PROCESS_FILE);
  const pid = Number(await readFile(file, 'utf8').catch(() => '0'));
  // Its title has its port since it began to listen there.
  return isServerOf(pid, file, (command) => /redis|valkey/.test(command) && command.includes(`:${port}`));
}

/** Stops the Redis of this folder and waits for its process to go. Answers whether there was one. */
export async function stopRedis(folder: string): Promise<boolean> {
  const remembered = await rememberedRedis(folder);
  if (remembered?.running !== true) return false;
  const { url } = remembered;
  const facts = await readRedisFacts(url).catch(() => undefined);
  if (facts === undefined) return false;
  await shutDownRedis(url);
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (findProcess(facts.pid) !== undefined) {
    if (Date.now() >= deadline) {
      throw new TradingError(
        'LOCAL.REDIS_STOP_FAILED',
        `Redis (process ${facts.pid}) did not stop; end that process`,
        {
          kind: 'operational',
          details: { pid: facts.pid },
        },
      );
    }
    await delay(20);
  }
  return true;
}

/** Undefined where the program ended before it answered, as it does when the port is taken. */
async function launch(
  options: { program: string; folder: string; env: NodeJS.ProcessEnv; account: ServerAccount | undefined },
  port: number,
  password: string,
  url: string,
): Promise<RedisFacts | undefined> {
  const configuration = join(options.folder, CONFIGURATION);
  // In a file and not among the arguments, which every user of the machine can read.
  await writeFileAtomic(configuration, configurationOf(port, password));
  const logFile = join(options.folder, 'redis.log');
  const log = await open(logFile, 'w', 0o600);
  let ended = false;
  let child: ChildProcess | undefined;
  try {
    await giveToFolderOwner(logFile);
    child = spawn(options.program, [configuration], {
      cwd: options.folder,
      env: childEnvironment(options.env),
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
      ...asAccount(options.account),
    });
    child.once('error', () => {
      ended = true;
    });
    child.once('exit', () => {
      ended = true;
    });
    child.unref();
  } finally {
    await log.close();
  }
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!ended && Date.now() < deadline) {
    await delay(20);
    // It says so once the port is its own: until then another program may have it, and would be sent the password.
    if (!/Ready to accept connections/.test(await readFile(logFile, 'utf8'))) continue;
    const facts = await readRedisFacts(url).catch(() => undefined);
    if (facts !== undefined) return facts;
  }
  // One that answers after all would be nobody's.
  child.kill('SIGKILL');
  return undefined;
}

function urlOf(port: number, password: string): string {
  return `redis://:${password}@${LOOPBACK}:${port}/0`;
}

function configurationOf(port: number, password: string): string {
  return [
    `bind ${LOOPBACK}`,
    `port ${port}`,
    `requirepass ${password}`,
    'save ""',
    'appendonly no',
    'daemonize no',
    `pidfile ${PROCESS_FILE}`,
    `maxmemory ${MAXIMUM_MEMORY}`,
    // A write that finds no room fails and is tried again; what is there is not thrown away behind the readers' backs.
    'maxmemory-policy noeviction',
    '',
  ].join('\n');
}

async function startFailure({ program, folder }: { program: string; folder: string }): Promise<TradingError> {
  const log = await readFile(join(folder, 'redis.log'), 'utf8').catch(() => '');
  const tail = log.trim().split('\n').slice(-5).join('\n');
  return new TradingError(
    'LOCAL.REDIS_START_FAILED',
    `${basename(program)} did not start; its log says: ${tail || '(nothing)'}`,
    {
      kind: 'operational',
      details: { log: tail },
    },
  );
}
