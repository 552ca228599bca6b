import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { giveToFolderOwner } from './ownership';

/** Where a system keeps what it must remember, all below `<root>/.trading`. */
export interface Layout {
  readonly root: string;
  readonly folder: string;
  readonly connectionFile: string;
  readonly lock: string;
  /** The embedded server: `data` and `log`. May be a link to a folder that the server's account can reach. */
  readonly postgres: string;
  readonly redis: string;
  readonly migrations: string;
}

/** The paths of the system in the repository at `root`. */
export function layoutOf(root: string): Layout {
  const folder = join(root, '.trading');
  return {
    root,
    folder,
    connectionFile: join(folder, 'connection.json'),
    lock: join(folder, 'lock'),
    postgres: join(folder, 'postgres'),
    redis: join(folder, 'redis'),
    migrations: join(root, 'prisma', 'migrations'),
  };
}

/**
 * Makes `.trading`. Other users may pass through it but not look: a server that runs under an account of its own has its
 * data in there. The secrets have a mode of their own.
 */
export async function ensureFolder(layout: Layout): Promise<void> {
  const made = await mkdir(layout.folder, { recursive: true, mode: 0o711 });
  if (made !== undefined) await giveToFolderOwner(layout.folder);
}
