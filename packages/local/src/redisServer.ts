import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, open, readFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TradingError } from '@trading/model';
import { asAccount, chooseAccount, type ServerAccount } from './account';
import { writeFileAtomic } from './atomicFile';
import { childEnvironment } from './childEnvironment';
import { generatePassword } from './credentials';
import { ensureHome, SHARED_FOLDER } from './home';
import { giveToFolderOwner } from './ownership';
import { findFreePort, isPortFree, LOOPBACK } from './ports';
import { findProcess, isServerOf } from './processIdentity';
import { MINIMUM_REDIS_VERSION, type RedisFacts, readRedisFacts } from './redisClient';
import { passwordsIn, type RedisPasswords, type RedisUrls, redisUrls, userLines } from './redisUsers';
import { explainSystemError, systemCode } from './systemError';

/** A Redis of our own. */
export interface RedisServer extends RedisFacts {
  /** Each holds a password. */
  readonly urls: RedisUrls;
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
 * Starts a private Redis that goes on when this process ends, or finds it running. Loopback only, with two users and
 * nobody else; it writes nothing to disk, because whatever is in it can be rebuilt from the outbox.
 *
 * Its own configuration file tells where it was last time, so one that outlived a killed `up` is found again, and one that
 * is started anew takes the same port if that is free. One that runs with another configuration than it would be given
 * now, as an older version of this program leaves it, is started anew.
 *
 * @throws TradingError `LOCAL.REDIS_START_FAILED` with the end of its log, `LOCAL.REDIS_TOO_OLD`
 */
export async function startRedis(options: {
  program: string;
  folder: string;
  env: NodeJS.ProcessEnv;
  /** As whose owner it runs where this process is root, as PostgreSQL does. */
  repository?: string;
  /** Where its files go if that account can't reach `folder`. `/var/lib/trading-system` by default. */
  sharedFolder?: string | undefined;
  /** Further lines of its configuration: users of a test, for instance. */
  settings?: readonly string[];
  /** Called where it isn't running, before it is started. */
  onStart?: () => void;
}): Promise<RedisServer> {
  const remembered = await rememberedRedis(options.folder);
  const { settings = [] } = options;
  if (remembered?.passwords !== undefined && remembered.pid !== undefined) {
    const { port, passwords, configuration } = remembered;
    const urls = redisUrls(port, passwords);
    if (configuration === configurationOf(port, passwords, settings))
      return { ...(await readRedisFacts(urls.relay)), urls, started: false };
  }
  await stopRedis(options.folder);
  options.onStart?.();

  // Whoever has the port of a Redis that is down may have been given its passwords by somebody's client.
  const known = remembered !== undefined && (await isPortFree(remembered.port)) ? remembered : undefined;
  const passwords = known?.passwords ?? { relay: generatePassword(), listener: generatePassword() };
  try {
    const account = await chooseAccount(options.repository === undefined ? [] : [options.repository]);
    const folder = await ensureHome(options.folder, account, options.sharedFolder ?? SHARED_FOLDER);
    for (let attempt = 1; ; attempt += 1) {
      const port = attempt === 1 && known !== undefined ? known.port : await findFreePort();
      const urls = redisUrls(port, passwords);
      const configuration = configurationOf(port, passwords, settings);
      const facts = await launch({ ...options, folder, account }, configuration, urls.relay);
      if (facts !== undefined) return { ...facts, urls, started: true };
      const failure = await startFailure(options, passwords);
      if (attempt === 5 || failure.code === 'LOCAL.REDIS_TOO_OLD') throw failure;
    }
  } catch (error) {
    throw explainSystemError(error, 'starting Redis');
  }
}

/** A Redis that `up` started once. */
export interface RememberedRedis {
  readonly port: number;
  /** Our own process that listens there; undefined where it doesn't run. */
  readonly pid: number | undefined;
  /** What it was started with. */
  readonly configuration: string;
  /**
   * For a Redis that runs only: Redis asks for passwords in the clear. Undefined where an older version of this program
   * started it, with one for everything.
   */
  readonly passwords: RedisPasswords | undefined;
}

/** The Redis that was last started in this folder; undefined where none ever was. Nothing is sent to it. */
export async function rememberedRedis(folder: string): Promise<RememberedRedis | undefined> {
  const configuration = await readFile(join(folder, CONFIGURATION), 'utf8').catch(() => '');
  const port = /^port (\d+)$/m.exec(configuration)?.[1];
  if (port === undefined) return undefined;
  return {
    port: Number(port),
    pid: await pidOfOurs(folder, port),
    configuration,
    passwords: passwordsIn(configuration),
  };
}

/** Why the Redis of this folder can't be used; undefined where it runs. Nothing is sent to whoever has its port. */
export async function redisProblem(folder: string): Promise<string | undefined> {
  const remembered = await rememberedRedis(folder);
  if (remembered?.pid !== undefined) return undefined;
  return remembered !== undefined && (await isTaken(remembered))
    ? `Redis is not running, and another program listens on its port ${remembered.port}`
    : 'Redis is not running';
}

/** Whether another program listens where our Redis did, to which no password may be sent. */
export async function isTaken({ port, pid }: RememberedRedis): Promise<boolean> {
  return pid === undefined && !(await isPortFree(port));
}

async function pidOfOurs(folder: string, port: string): Promise<number | undefined> {
  const file = join(folder, PROCESS_FILE);
  const pid = Number(await readFile(file, 'utf8').catch(() => '0'));
  // Its title has its port since it began to listen there.
  const says = (command: string) => /redis|valkey/.test(command) && command.includes(`:${port}`);
  return isServerOf(pid, file, says) ? pid : undefined;
}

/** Stops the Redis of this folder and waits for its process to go. Answers whether there was one. */
export async function stopRedis(folder: string): Promise<boolean> {
  const pid = (await rememberedRedis(folder))?.pid;
  if (pid === undefined) return false;
  // By a signal, so that no user needs the right to shut it down.
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw explainSystemError(error, 'stopping Redis');
  }
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (findProcess(pid) !== undefined) {
    if (Date.now() >= deadline) {
      throw new TradingError(
        'LOCAL.REDIS_STOP_FAILED',
        `Redis (process ${pid}) did not stop; end that process`,
        {
          kind: 'operational',
          details: { pid },
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
  configuration: string,
  url: string,
): Promise<RedisFacts | undefined> {
  const configurationFile = join(options.folder, CONFIGURATION);
  // In a file and not among the arguments, which every user of the machine can read.
  await writeFileAtomic(configurationFile, configuration);
  const logFile = join(options.folder, 'redis.log');
  const log = await open(logFile, 'w', 0o600);
  let ended = false;
  let child: ChildProcess | undefined;
  try {
    await giveToFolderOwner(logFile);
    child = spawn(options.program, [configurationFile], {
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
    // It says so once the port is its own: until then another program may have it, and would be sent a password.
    if (!/Ready to accept connections/.test(await readFile(logFile, 'utf8'))) continue;
    const facts = await readRedisFacts(url).catch(() => undefined);
    if (facts !== undefined) return facts;
  }
  // One that answers after all would be nobody's.
  child.kill('SIGKILL');
  return undefined;
}

function configurationOf(port: number, passwords: RedisPasswords, settings: readonly string[]): string {
  return [
    `bind ${LOOPBACK}`,
    `port ${port}`,
    ...userLines(passwords),
    'save ""',
    'appendonly no',
    'daemonize no',
    `pidfile ${PROCESS_FILE}`,
    `maxmemory ${MAXIMUM_MEMORY}`,
    // A write that finds no room fails and is tried again; what is there is not thrown away behind the readers' backs.
    'maxmemory-policy noeviction',
    ...settings,
    '',
  ].join('\n');
}

async function startFailure(
  { program, folder }: { program: string; folder: string },
  passwords: RedisPasswords,
): Promise<TradingError> {
  const log = await readFile(join(folder, 'redis.log'), 'utf8').catch(() => '');
  const version = /FATAL CONFIG FILE ERROR \(Redis (\d{1,4})\.(\d{1,4})/.exec(log);
  if (version !== null && Number(version[1]) < MINIMUM_REDIS_VERSION) {
    return new TradingError(
      'LOCAL.REDIS_TOO_OLD',
      `${basename(program)} is of version ${version[1]}.${version[2]}, which knows no rights to read only; ${MINIMUM_REDIS_VERSION} or newer does`,
      { kind: 'operational', details: { version: `${version[1]}.${version[2]}` } },
    );
  }
  // Of a line that it does not understand it prints the whole.
  const shown = Object.values(passwords).reduce((text, password) => text.replaceAll(password, '***'), log);
  const tail = shown.trim().split('\n').slice(-5).join('\n');
  return new TradingError(
    'LOCAL.REDIS_START_FAILED',
    `${basename(program)} did not start; its log says: ${tail || '(nothing)'}`,
    { kind: 'operational', details: { log: tail } },
  );
}
