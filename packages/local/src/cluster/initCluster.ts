import { appendFile, chown, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TradingError } from '@trading/model';
import { explainSystemError } from '../systemError';
import { type Cluster, dataFolder, SUPERUSER } from './cluster';
import { runProgram } from './runProgram';

/** Our settings, in a file of their own beside `postgresql.conf`. */
export const SETTINGS_FILE = 'trading.conf';

/** Whether there is a data directory that a server can be started on. */
export async function isInitialised(cluster: Cluster): Promise<boolean> {
  return stat(join(dataFolder(cluster), 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

/**
 * Makes the data directory. It is built beside its place and renamed into it, so that one which was cut off half way is
 * never started on: the next call begins anew and clears the remains.
 *
 * @param options.durable  false skips the final write-through to disk, for throwaway servers
 * @throws TradingError `LOCAL.INITDB_FAILED`, `LOCAL.DISK_FULL`, `LOCAL.PERMISSION`
 */
export async function initCluster(
  cluster: Cluster,
  options: { superuserPassword: string; durable: boolean },
): Promise<void> {
  try {
    await removeDrafts(cluster);
    const draft = await mkdtemp(join(cluster.home, 'init-'));
    if (cluster.account !== undefined) await chown(draft, cluster.account.uid, cluster.account.gid);
    const data = join(draft, 'data');
    await runInitdb(cluster, draft, data, options);
    await appendFile(join(data, 'postgresql.conf'), `\ninclude_if_exists = '${SETTINGS_FILE}'\n`);
    await rename(data, dataFolder(cluster));
    await rm(draft, { recursive: true, force: true });
  } catch (error) {
    throw explainSystemError(error, 'making the PostgreSQL data directory');
  }
}

async function runInitdb(
  cluster: Cluster,
  draft: string,
  data: string,
  options: { superuserPassword: string; durable: boolean },
): Promise<void> {
  const passwordFile = join(draft, 'password');
  await writeFile(passwordFile, options.superuserPassword, { mode: 0o600, flag: 'wx' });
  if (cluster.account !== undefined) await chown(passwordFile, cluster.account.uid, cluster.account.gid);
  const args = [
    `--pgdata=${data}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    // The built-in provider sorts the same on every system, so no index depends on the C library's version.
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(options.durable ? [] : ['--no-sync']),
  ];
  const { exitCode, output } = await runProgram(cluster.binaries.initdb, args, { ...cluster, cwd: draft });
  await rm(passwordFile, { force: true });
  if (exitCode === 0) return;
  if (/No space left on device/.test(output)) {
    throw new TradingError(
      'LOCAL.DISK_FULL',
      `No disk space left for PostgreSQL's data in ${cluster.home}; free some`,
      {
        kind: 'operational',
      },
    );
  }
  throw new TradingError(
    'LOCAL.INITDB_FAILED',
    `initdb ended with ${exitCode}: ${output.trim().slice(-1000)}`,
    {
      kind: 'operational',
      details: { exitCode },
    },
  );
}

async function removeDrafts(cluster: Cluster): Promise<void> {
  for (const name of await readdir(cluster.home)) {
    // An initdb that outlived its killed parent may still write there, hence the retries.
    if (name.startsWith('init-'))
      await rm(join(cluster.home, name), { recursive: true, force: true, maxRetries: 20 });
  }
}
