import { join } from 'node:path';
import type { ServerAccount } from '../account';
import type { Binaries } from '../binaries';

/** One PostgreSQL data directory and what is needed to run a server on it. */
export interface Cluster {
  /** Holds `data` and `log`; owned by `account`. */
  readonly home: string;
  readonly binaries: Binaries;
  /** Undefined where the server runs as this process's user. */
  readonly account: ServerAccount | undefined;
  /** What the programs are given of it is `childEnvironment`'s. */
  readonly env: NodeJS.ProcessEnv;
}

/** The superuser of every server that we make. */
export const SUPERUSER = 'postgres';

/** Where PostgreSQL keeps its files. */
export function dataFolder(cluster: Cluster): string {
  return join(cluster.home, 'data');
}

/** What the server writes while it runs. */
export function logFile(cluster: Cluster): string {
  return join(cluster.home, 'log', 'postgresql.log');
}
