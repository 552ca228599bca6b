import { setTimeout as delay } from 'node:timers/promises';
import { TradingError } from '@trading/model';
import { findProcess } from '../processIdentity';
import { type Cluster, dataFolder } from './cluster';
import { findPostmaster } from './postmaster';
import { runProgram } from './runProgram';

/** `fast` rolls back what is in flight and writes a checkpoint; `immediate` is a crash with the lights on. */
export type StopMode = 'fast' | 'immediate';

/**
 * Stops the server and waits until its process is gone. Answers whether there was one to stop.
 *
 * @throws TradingError `LOCAL.POSTGRES_STOP_FAILED` where it is still there after a minute
 */
export async function stopCluster(cluster: Cluster, mode: StopMode = 'fast'): Promise<boolean> {
  // Asked first: pg_ctl would signal whatever process a stale file names.
  const postmaster = await findPostmaster(cluster);
  if (postmaster === undefined) return false;
  const { output } = await runProgram(
    cluster.binaries.pgCtl,
    ['stop', '-D', dataFolder(cluster), '-m', mode, '-w', '-s', '-t', '60'],
    { ...cluster, cwd: cluster.home },
  );
  const deadline = Date.now() + 5_000;
  while (findProcess(postmaster.pid) !== undefined && (await findPostmaster(cluster)) !== undefined) {
    if (Date.now() >= deadline) {
      throw new TradingError(
        'LOCAL.POSTGRES_STOP_FAILED',
        `PostgreSQL (process ${postmaster.pid}) did not stop: ${output.trim() || 'no reason given'}; end that process`,
        { kind: 'operational', details: { pid: postmaster.pid } },
      );
    }
    await delay(20);
  }
  return true;
}
