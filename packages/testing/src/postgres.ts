import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceName } from '@trading/database';
import {
  type Cluster,
  type Connection,
  dataFolder,
  findPostmaster,
  findProcess,
  generateCredentials,
  generatePassword,
  initCluster,
  localConnection,
  openCluster,
  type StopMode,
  startCluster,
  stopCluster,
} from '@trading/local';
import { TradingError } from '@trading/model';
import { type Baseline, ensureBaseline } from './baseline';
import { copyTree } from './copyTree';
import { reservePort } from './ports';
import { runFolder } from './testRun';

/** How a test wants its server. */
export interface TestServerOptions {
  /** False for a server straight from initdb: no roles, no databases of ours. True unless told. */
  readonly migrated?: boolean;
  /** True where the test is about what survives a crash; off for speed unless told. */
  readonly durable?: boolean;
  /** 400 unless told. */
  readonly maxConnections?: number;
}

/** A PostgreSQL server of a test's own, which it may stop, kill and start again. */
export interface TestServer extends AsyncDisposable {
  readonly port: number;
  /** Every login of the server; only `adminUrl` works where it isn't migrated. */
  readonly connection: Connection;
  readonly adminUrl: string;
  readonly ownerUrl: string;
  serviceUrl(service: ServiceName): string;
  /** The server's data, log and settings. */
  readonly cluster: Cluster;
  /** Process id of the postmaster; undefined while it is down. */
  pid(): Promise<number | undefined>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  /** `fast` unless told; `immediate` is a crash that PostgreSQL recovers from. */
  stop(mode?: StopMode): Promise<void>;
  /** SIGKILL to the postmaster, as the out-of-memory killer would. Returns when the process is gone. */
  kill9(): Promise<void>;
}

/**
 * Starts a server for one test. Dispose of it, or leave that to the end of the run.
 *
 * @throws TradingError `TESTING.PORT_LOST` from `start()` where another program took the port meanwhile
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const home = mkdtempSync(join(runFolder(), 'postgres-'));
  const cluster = await openCluster({ home, env: process.env });
  const baseline = options.migrated === false ? await initEmpty(cluster) : await ensureBaseline();
  if (baseline.data !== dataFolder(cluster)) copyTree(baseline.data, dataFolder(cluster), cluster.account);
  const settings = { durable: options.durable ?? false, maxConnections: options.maxConnections ?? 400 };
  const { port } = await startCluster(cluster, { ...settings, preferredPort: await reservePort() });
  const connection = localConnection(port, baseline.superuserPassword, baseline.credentials);
  const stop = async (mode: StopMode = 'fast') => {
    await stopCluster(cluster, mode);
  };
  return {
    port,
    connection,
    adminUrl: connection.adminUrl,
    ownerUrl: connection.ownerUrl,
    serviceUrl: (service) => connection.services[service],
    cluster,
    pid: async () => (await findPostmaster(cluster))?.pid,
    start: async () => {
      const started = await startCluster(cluster, { ...settings, preferredPort: port });
      if (started.port === port) return;
      throw new TradingError(
        'TESTING.PORT_LOST',
        `Port ${port} was taken by another program; run the test again`,
        {
          kind: 'operational',
          transient: true,
        },
      );
    },
    stop,
    kill9: async () => {
      const postmaster = await findPostmaster(cluster);
      if (postmaster === undefined) return;
      process.kill(postmaster.pid, 'SIGKILL');
      while (findProcess(postmaster.pid) !== undefined) await delay(5);
    },
    [Symbol.asyncDispose]: () => stop('immediate'),
  };
}

async function initEmpty(cluster: Cluster): Promise<Baseline> {
  const superuserPassword = generatePassword();
  await initCluster(cluster, { superuserPassword, durable: false });
  return { data: dataFolder(cluster), superuserPassword, credentials: generateCredentials() };
}
