import { stat } from 'node:fs/promises';
import { dataFolder } from '../cluster/cluster';
import { isInitialised } from '../cluster/initCluster';
import { lookAtCluster } from '../localCluster';
import { type Check, type CheckGroup, check, failing, passing } from './check';

/** `.trading`: who may read the passwords, and the data directory. */
export const checkFiles: CheckGroup = async ({ layout, env }, connection) => {
  if (connection === undefined) {
    return [failing('connection file', `${layout.connectionFile} is not there`, 'Run `trading up`')];
  }
  const checks: Check[] = [];
  if (process.platform !== 'win32') {
    checks.push(
      await checkMode('.trading', layout.folder, 0o066),
      await checkMode('connection file', layout.connectionFile, 0o077),
    );
  }
  if (connection.mode === 'external') return checks;
  const cluster = await lookAtCluster({ home: layout.postgres, env });
  const ready = cluster !== undefined && (await isInitialised(cluster));
  checks.push(
    check(
      'data directory',
      ready,
      ready ? dataFolder(cluster) : `no PostgreSQL data in ${layout.postgres}`,
      'Run `trading up`, which makes it',
    ),
  );
  return checks;
};

/** @param forbidden  permission bits that others must not have */
async function checkMode(name: string, path: string, forbidden: number): Promise<Check> {
  const mode = (await stat(path)).mode & 0o777;
  const shown = mode.toString(8).padStart(4, '0');
  if ((mode & forbidden) === 0) return passing(name, `${path} has mode ${shown}`);
  const wanted = (mode & ~forbidden).toString(8).padStart(4, '0');
  return failing(
    name,
    `${path} has mode ${shown}: others can read passwords`,
    `Run: chmod ${wanted} ${path}`,
  );
}
