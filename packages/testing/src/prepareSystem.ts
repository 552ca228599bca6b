import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  dataFolder,
  findFreePort,
  layoutOf,
  localConnection,
  openCluster,
  writeFileAtomic,
} from '@trading/local';
import { ensureBaseline } from './baseline';
import { copyTree } from './copyTree';

/**
 * Gives a repository the data and the connection file that `trading up` would make there, as a copy of the baseline: an
 * `up` has only to start it. For tests of what comes after the first `up`, which takes seconds.
 */
export async function prepareSystem(root: string): Promise<void> {
  const { folder, postgres, connectionFile } = layoutOf(root);
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const cluster = await openCluster({ home: postgres, repository: root, env: process.env });
  const { data, superuserPassword, credentials } = await ensureBaseline();
  copyTree(data, dataFolder(cluster), cluster.account);
  // What is committed still survives a killed server: only the machine may not go down. And nothing happens by itself: an
  // analysis by autovacuum is an open transaction like any other.
  appendFileSync(join(dataFolder(cluster), 'postgresql.auto.conf'), 'fsync = off\nautovacuum = off\n');
  const connection = localConnection(await findFreePort(), superuserPassword, credentials);
  await writeFileAtomic(connectionFile, JSON.stringify(connection), 0o600);
}
