import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, open, readFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TradingError } from '@trading/model';
import { writeFileAtomic } from './atomicFile';
import { passwordOf, serverOf } from './connectionUrl';
import { generatePassword } from './credentials';
import { giveToFolderOwner } from './ownership';
import { findFreePort, isPortFree, LOOPBACK } from './ports';
import { findProcess } from './processIdentity';
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
  /** Called where it isn't running, before it is started. */
  onStart?: () => void;
}): Promise<RedisServer> {
  const rememberedUrl = await rememberedRedis(options.folder);
  // It answers to our password, so it is ours: no process id needs to be trusted.
  const running =
    rememberedUrl === undefined ? undefined : await readRedisFacts(rememberedUrl).catch(() => undefined);
  if (running !== undefined && rememberedUrl !== undefined)
    return { ...running, url: rememberedUrl, started: false };
  options.onStart?.();

  const password =
    (rememberedUrl === undefined ? undefined : passwordOf(rememberedUrl)) ?? generatePassword();
  const preferred = rememberedUrl === undefined ? undefined : serverOf(rememberedUrl, 6379).port;
  try {
    const made = await mkdir(options.folder, { recursive: true, mode: 0o700 });
    if (made !== undefined) await giveToFolderOwner(options.folder);
    for (let attempt = 1; ; attempt += 1) {
      const port =
        attempt === 1 && preferred !== undefined && (await isPortFree(preferred))
          ? preferred
          : await findFreePort();
      const url = urlOf(port, password);
      const facts = await launch(options, port, password, url);
      if (facts !== undefined) return { ...facts, url, started: true };
      if (attempt === 5) throw await startFailure(options);
    }
  } catch (error) {
    throw explainSystemError(error, 'starting Redis');
  }
}

/** Where the Redis of this folder was last started, running or not; undefined where it never was. */
export async function rememberedRedis(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, CONFIGURATION), 'utf8').catch(() => '');
  const port = /^port (\d+)$/m.exec(text)?.[1];
  const password = /^requirepass (\S+)$/m.exec(text)?.[1];
  return port === undefined || password === undefined ? undefined : urlOf(Number(port), password);
}

/** Stops the Redis at `url` and waits for its process to go. Answers whether there was one. */
export async function stopRedis(url: string): Promise<boolean> {
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
  options: { program: string; folder: string; env: NodeJS.ProcessEnv },
  port: number,
  password: string,
  url: string,
): Promise<RedisFacts | undefined> {
  const configuration = join(options.folder, CONFIGURATION);
  // In a file and not among the arguments, which every user of the machine can read.
  await writeFileAtomic(configuration, configurationOf(port, password));
  const log = await open(join(options.folder, 'redis.log'), 'w', 0o600);
  let ended = false;
  let child: ChildProcess | undefined;
  try {
    await giveToFolderOwner(join(options.folder, 'redis.log'));
    child = spawn(options.program, [configuration], {
      cwd: options.folder,
      env: options.env,
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
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
    const facts = await readRedisFacts(url).catch(() => undefined);
    if (facts !== undefined) return facts;
    await delay(20);
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
    'pidfile redis.pid',
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
