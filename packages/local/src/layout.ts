import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { giveToFolderOwner } from './ownership';

/** Where a system keeps what it must remember, all below `<root>/.trading`. */
export interface Layout {
  readonly root: string;
  /** Where `prisma/` and Prisma's configuration lie: in a checkout `root`, in an installation {@link PACKAGED_PROJECT}. */
  readonly project: string;
  readonly folder: string;
  readonly connectionFile: string;
  readonly lock: string;
  /** The embedded server: `data` and `log`. May be a link to a folder that the server's account can reach. */
  readonly postgres: string;
  readonly redis: string;
  readonly migrations: string;
}

/** The schema, SQL files and migrations that come with this package. The build copies them from the repository's `prisma/`. */
export const PACKAGED_PROJECT = join(__dirname, '..', 'dist', 'project');

/** The paths of the system in the folder `root`, with the migrations of `project`. */
export function layoutOf(root: string, project = root): Layout {
  const folder = join(root, '.trading');
  return {
    root,
    project,
    folder,
    connectionFile: join(folder, 'connection.json'),
    lock: join(folder, 'lock'),
    postgres: join(folder, 'postgres'),
    redis: join(folder, 'redis'),
    migrations: join(project, 'prisma', 'migrations'),
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
