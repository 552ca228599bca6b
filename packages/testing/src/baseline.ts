import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Cluster,
  type Credentials,
  dataFolder,
  deployMigrations,
  generateCredentials,
  generatePassword,
  initCluster,
  layoutOf,
  localConnection,
  MAX_CONNECTIONS,
  openCluster,
  provision,
  startCluster,
  stopCluster,
  systemCode,
  withLock,
} from '@trading/local';
import { copyTree } from './copyTree';
import { repositoryRoot, runFolder } from './testRun';

/** A stopped data directory with both databases, all roles and every migration; copied, never run. */
export interface Baseline {
  readonly data: string;
  readonly superuserPassword: string;
  readonly credentials: Credentials;
}

/** Whatever decides what a baseline holds. */
const INGREDIENTS = [
  'prisma/migrations',
  'packages/local/src',
  'packages/schema-engine/src',
  'packages/database/src/services.ts',
];
const KEPT_BASELINES = 2;

/**
 * The baseline of this state of the repository: made by the real provisioning and the real `prisma migrate deploy`, and
 * kept in `node_modules/.cache` until a migration or the code that applies it changes.
 */
export async function ensureBaseline(): Promise<Baseline> {
  const cache = join(repositoryRoot(), 'node_modules', '.cache', 'trading-testing');
  for (;;) {
    const print = fingerprint(repositoryRoot());
    const folder = join(cache, print);
    const known = await readBaseline(folder);
    if (known !== undefined) return known;
    await mkdir(cache, { recursive: true, mode: 0o700 });
    // A migration that is edited while it is being applied must not be kept under the name of what it was before.
    await withLock(join(cache, 'lock'), {}, async () => {
      if ((await readBaseline(folder)) !== undefined) return;
      await makeBaseline(folder, () => fingerprint(repositoryRoot()) === print);
      await removeOldBaselines(cache, folder);
    });
  }
}

async function readBaseline(folder: string): Promise<Baseline | undefined> {
  try {
    const secrets = JSON.parse(await readFile(join(folder, 'secrets.json'), 'utf8')) as Omit<
      Baseline,
      'data'
    >;
    return { ...secrets, data: join(folder, 'data') };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Made in the run's folder, where the end of the run finds the server if this is cut off, and only then moved to its place. */
async function makeBaseline(target: string, isStillCurrent: () => boolean): Promise<void> {
  const root = repositoryRoot();
  const home = mkdtempSync(join(runFolder(), 'baseline-'));
  const cluster: Cluster = await openCluster({ home, env: process.env });
  const superuserPassword = generatePassword();
  const credentials = generateCredentials();
  await initCluster(cluster, { superuserPassword, durable: false });
  const { port } = await startCluster(cluster, {
    preferredPort: undefined,
    durable: false,
    maxConnections: MAX_CONNECTIONS,
  });
  try {
    const { adminUrl, ownerUrl } = localConnection(port, superuserPassword, credentials);
    await provision(adminUrl, credentials);
    await deployMigrations({
      root,
      project: root,
      migrations: layoutOf(root).migrations,
      ownerUrl,
      adminUrl,
      env: process.env,
      progress: () => undefined,
      mayRecreate: false,
    });
  } finally {
    await stopCluster(cluster, 'fast');
  }
  const draft = `${target}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  copyTree(dataFolder(cluster), join(draft, 'data'), undefined);
  await writeFile(join(draft, 'secrets.json'), JSON.stringify({ superuserPassword, credentials }), {
    mode: 0o600,
  });
  if (isStillCurrent()) await rename(draft, target);
  await rm(home, { recursive: true, force: true });
}

async function removeOldBaselines(cache: string, current: string): Promise<void> {
  const folders = (await readdir(cache))
    .map((name) => join(cache, name))
    .filter((path) => /[0-9a-f]{16}$/.test(path));
  const aged = await Promise.all(folders.map(async (path) => ({ path, time: (await stat(path)).mtimeMs })));
  const old = aged.filter(({ path }) => path !== current).sort((a, b) => b.time - a.time);
  for (const { path } of old.slice(KEPT_BASELINES - 1)) await rm(path, { recursive: true, force: true });
}

function fingerprint(root: string): string {
  const hash = createHash('sha256').update(`${process.arch} ${process.getuid?.() ?? ''}`);
  const add = (path: string) => {
    let names: string[] | undefined;
    try {
      names = readdirSync(path).sort();
    } catch (error) {
      if (systemCode(error) !== 'ENOTDIR') throw error;
    }
    if (names === undefined) hash.update(path).update(readFileSync(path));
    else for (const name of names) if (!/\.test\./.test(name)) add(join(path, name));
  };
  for (const ingredient of INGREDIENTS) add(join(root, ingredient));
  return hash.digest('hex').slice(0, 16);
}
