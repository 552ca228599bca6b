import { stat } from 'node:fs/promises';
import { reachableBinaries } from './binaries';
import { stopCluster } from './cluster/stopCluster';
import { readConnection } from './connection';
import type { Context } from './context';
import { SHARED_FOLDER } from './home';
import { lookAtCluster } from './localCluster';
import { withLock } from './lock';
import type { DownResult } from './options';
import { readRedisFacts } from './redisClient';
import { rememberedRedis, stopRedis } from './redisServer';

/**
 * Stops the servers that `up` started and waits for them to end; nothing is lost. Servers that `up` was only pointed at
 * are left alone. Where nothing runs, nothing happens.
 */
export async function down(context: Context): Promise<DownResult> {
  const { layout, progress } = context;
  const exists = await stat(layout.folder).then(
    () => true,
    () => false,
  );
  if (!exists) return { stopped: [], leftRunning: [] };
  return withLock(
    layout.lock,
    {
      onWait: (pid) =>
        progress({
          step: 'lock.wait',
          message: `Another trading command (process ${pid}) is at work: waiting for it`,
        }),
    },
    () => bringDown(context),
  );
}

async function bringDown(context: Context): Promise<DownResult> {
  const { layout, progress } = context;
  const stopped: ('postgres' | 'redis')[] = [];
  const leftRunning: ('postgres' | 'redis')[] = [];
  const connection = await readConnection(layout).catch(() => undefined);

  // Found by its own files, so that it ends even where the connection file was lost.
  const redis = await rememberedRedis(layout.redis);
  if (redis?.pid !== undefined) {
    progress({ step: 'redis.stop', message: 'Stopping Redis' });
    if (await stopRedis(layout.redis)) stopped.push('redis');
  }
  if (connection?.redisUrl !== undefined && connection.redisManaged !== true) {
    const answers = await readRedisFacts(connection.redisUrl).catch(() => undefined);
    if (answers !== undefined) leftRunning.push('redis');
  }
  const cluster = await lookAtCluster({ home: layout.postgres, env: context.env });
  if (cluster !== undefined) {
    progress({ step: 'postgres.stop', message: 'Stopping PostgreSQL' });
    const binaries = await reachableBinaries(
      cluster.binaries,
      cluster.account,
      context.sharedFolder ?? SHARED_FOLDER,
    );
    if (await stopCluster({ ...cluster, binaries }, 'fast')) stopped.push('postgres');
  }
  if (connection?.mode === 'external') leftRunning.push('postgres');
  return { stopped, leftRunning };
}
