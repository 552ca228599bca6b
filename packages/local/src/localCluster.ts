import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TradingError } from '@trading/model';
import { chooseAccount } from './account';
import { findBinaries, reachableBinaries } from './binaries';
import type { Cluster } from './cluster/cluster';
import { findPostmaster, type Postmaster } from './cluster/postmaster';
import type { Context } from './context';
import { ensureHome, SHARED_FOLDER } from './home';
import { isPortFree } from './ports';
import { systemCode } from './systemError';

/**
 * The embedded server that keeps its data in `home`, whether it runs or not. Makes the folder where it is missing.
 *
 * @param options.sharedFolder  where data and programs go that the server's account can't reach otherwise
 * @throws TradingError `LOCAL.NO_BINARIES`, `LOCAL.NO_ACCOUNT`
 */
export async function openCluster(options: {
  home: string;
  /** Whose owner the server should run as when this process is root, after the owner of the data. */
  repository?: string;
  env: NodeJS.ProcessEnv;
  sharedFolder?: string;
}): Promise<Cluster> {
  const sharedFolder = options.sharedFolder ?? SHARED_FOLDER;
  const places = [
    join(options.home, 'data'),
    ...(options.repository === undefined ? [] : [options.repository]),
  ];
  const account = await chooseAccount(places);
  const home = await ensureHome(options.home, account, sharedFolder);
  const binaries = await reachableBinaries(await findBinaries(), account, sharedFolder);
  return { home, binaries, account, env: options.env };
}

/** The same for looking only: makes nothing, and is undefined where nothing was ever made. */
export async function lookAtCluster(options: {
  home: string;
  env: NodeJS.ProcessEnv;
}): Promise<Cluster | undefined> {
  const exists = await stat(options.home).then(
    () => true,
    () => false,
  );
  if (!exists) return undefined;
  const home = await realpath(options.home);
  const account = await chooseAccount([join(home, 'data'), home]);
  return { home, binaries: await findBinaries(), account, env: options.env };
}

/**
 * The process of this checkout's own server, looked for before anything is said to whoever listens on its port. Undefined
 * where its files are another account's and can't be read; then the server has to prove itself when it is connected to.
 *
 * @throws TradingError `DATABASE.UNAVAILABLE` where it doesn't run on that port
 */
export async function requirePostmaster(context: Context, port: number): Promise<Postmaster | undefined> {
  const cluster = await lookAtCluster({ home: context.layout.postgres, env: context.env });
  try {
    const postmaster = cluster === undefined ? undefined : await findPostmaster(cluster);
    if (postmaster?.port === port) return postmaster;
  } catch (error) {
    if (systemCode(error) === 'EACCES') return undefined;
    throw error;
  }
  const taken = (await isPortFree(port)) ? '' : `, and another program listens on its port ${port}`;
  throw new TradingError('DATABASE.UNAVAILABLE', `PostgreSQL is not running${taken}; run \`trading up\``, {
    kind: 'operational',
    transient: true,
    details: { port },
  });
}
