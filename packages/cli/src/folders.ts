import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PACKAGED_PROJECT } from '@trading/local';
import { TradingError } from '@trading/model';

/** Which folders a command works in. */
export interface Folders {
  /** The folder of the system: `.trading` lies in it. */
  readonly root: string;
  /** The folder with `prisma/` and Prisma's configuration. */
  readonly project: string;
  /** True where this program runs from the repository, false where its packages are installed. */
  readonly isCheckout: boolean;
}

/** Where the repository begins when this program lies in one. */
const ABOVE_PACKAGES = resolve(__dirname, '../../..');

/**
 * In a checkout, the checkout, from whatever folder the command is called. Where the packages are installed, the user's folder:
 * the nearest one at or above `cwd` with a `.trading` or a `package.json`, otherwise `cwd`; the schema and the migrations are those
 * that came with the packages.
 *
 * @param given  TRADING_ROOT: another folder to work in. In a checkout it has to have a `prisma/` of its own
 */
export function findFolders(given: string | undefined, cwd = process.cwd()): Folders {
  if (existsSync(join(ABOVE_PACKAGES, 'pnpm-workspace.yaml'))) {
    const root = given ?? ABOVE_PACKAGES;
    return { root, project: root, isCheckout: true };
  }
  return { root: given ?? userFolder(cwd), project: PACKAGED_PROJECT, isCheckout: false };
}

function userFolder(cwd: string): string {
  for (let folder = cwd; folder !== dirname(folder); folder = dirname(folder)) {
    if (['.trading', 'package.json'].some((name) => existsSync(join(folder, name)))) return folder;
  }
  return cwd;
}

/** @throws TradingError `CLI.NOT_A_CHECKOUT` where the packages are installed: their schema is not the user's to change */
export function requireCheckout({ isCheckout }: Folders, command: string): void {
  if (isCheckout) return;
  throw new TradingError(
    'CLI.NOT_A_CHECKOUT',
    `${command} changes the repository's own files, and here its packages are installed: clone the repository to use it`,
  );
}
