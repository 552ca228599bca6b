import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initCluster } from './cluster/initCluster';
import { startCluster } from './cluster/startCluster';
import { stopCluster } from './cluster/stopCluster';
import { generateCredentials, generatePassword } from './credentials';
import { openCluster } from './localCluster';
import { localConnection } from './startLocal';

/**
 * Runs `work` with a PostgreSQL server of its own, empty and on a free port of the loopback interface, and removes the server
 * with all its data. For work on the schema, which needs a server but no data: takes about a second.
 *
 * @param work  gets a superuser's URL
 * @throws TradingError `LOCAL.NO_BINARIES`, `LOCAL.NO_ACCOUNT` where no server can be started on this machine
 */
export async function withThrowawayServer<T>(
  options: { env: NodeJS.ProcessEnv },
  work: (adminUrl: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'trading-server-'));
  try {
    // As root, the server runs under an account of its own, which must get through.
    await chmod(folder, 0o711);
    const home = join(folder, 'server');
    const cluster = await openCluster({ home, env: options.env });
    const superuserPassword = generatePassword();
    await initCluster(cluster, { superuserPassword, durable: false });
    const { port } = await startCluster(cluster, {
      preferredPort: undefined,
      durable: false,
      maxConnections: 20,
    });
    try {
      return await work(localConnection(port, superuserPassword, generateCredentials()).adminUrl);
    } finally {
      await stopCluster(cluster, 'immediate');
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
