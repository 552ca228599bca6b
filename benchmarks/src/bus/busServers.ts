import { connectRedis, whenReady } from '@trading/event-bus';
import { startTestRedis, startTestServer, type TestServer } from '@trading/testing';
import { Client } from 'pg';
import { CREATE_EFFECTS } from './effects';
import type { SideSettings } from './side';

/** PostgreSQL, durable as in production, with our schema and with a database for the peers; and a Redis. */
export interface BusServers extends AsyncDisposable {
  readonly server: TestServer;
  /** The superuser in our database. */
  readonly admin: Client;
  /** Where a contender finds its servers. */
  settingsOf(side: string, peersFolder: string): SideSettings;
  /** Empties what a contender may have left. */
  empty(): Promise<void>;
  /** Empties all but our log, whose end a group is set to. */
  beginAtEnd(group: string): Promise<void>;
  /** Lets the servers catch up with what was published, so that consuming does not pay for it. */
  settle(): Promise<void>;
  /** How many effects there are, ours or the peers'. */
  countEffects(whose: 'ours' | 'peers'): Promise<number>;
}

const PEERS_DATABASE = 'bus_peers';

const FORGET = `
  TRUNCATE bus_bench.effects, event_bus.inbox, event_bus.consumer_groups, event_bus.parked_events, event_bus.dead_letters`;

const BEGIN_AT_END = `
  INSERT INTO event_bus.consumer_groups (consumer_group, last_xid, last_id)
  SELECT $1, xid, id FROM event_bus.outbox ORDER BY xid DESC, id DESC LIMIT 1`;

const EMPTY_PEERS = `
  DO $$ BEGIN
    TRUNCATE bus_bench.effects;
    IF to_regclass('pgboss.job') IS NOT NULL THEN TRUNCATE pgboss.job CASCADE; END IF;
    IF to_regclass('graphile_worker._private_jobs') IS NOT NULL THEN TRUNCATE graphile_worker._private_jobs; END IF;
  END $$`;

export async function startBusServers(): Promise<BusServers> {
  const server = await startTestServer({ durable: true });
  const redis = await startTestRedis();
  const flusher = connectRedis(redis.url);
  await whenReady(flusher);
  // A subscriber that falls behind a publisher at full speed is to be slow, not cut off.
  await flusher.call('CONFIG', 'SET', 'client-output-buffer-limit', 'pubsub 0 0 0');
  const admin = await connect(server.adminUrl, new URL(server.ownerUrl).pathname);
  await admin.query(`CREATE DATABASE ${PEERS_DATABASE}`);
  const peersUrl = inDatabase(server.adminUrl, `/${PEERS_DATABASE}`);
  const peers = await connect(peersUrl, `/${PEERS_DATABASE}`);
  for (const client of [admin, peers]) await client.query(CREATE_EFFECTS);
  return {
    server,
    admin,
    settingsOf: (side, peersFolder) => {
      const ours = side.startsWith('ours');
      return {
        side,
        publisherUrl: ours ? server.serviceUrl('ingestion') : peersUrl,
        consumerUrl: ours ? server.serviceUrl('analytics') : peersUrl,
        busUrl: server.serviceUrl('event_bus'),
        redisUrl: redis.url,
        peersFolder,
      };
    },
    async empty() {
      await admin.query(`${FORGET}, event_bus.outbox`);
      await peers.query(EMPTY_PEERS);
      await flusher.flushall();
    },
    async beginAtEnd(group) {
      await admin.query(FORGET);
      await admin.query(BEGIN_AT_END, [group]);
      await flusher.flushall();
    },
    async settle() {
      for (const client of [admin, peers]) await client.query('VACUUM ANALYZE');
      await admin.query('CHECKPOINT');
    },
    async countEffects(whose) {
      const client = whose === 'ours' ? admin : peers;
      const { rows } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM bus_bench.effects');
      return rows[0]?.n ?? 0;
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of [admin, peers]) await client.end();
      flusher.disconnect();
      await redis[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function inDatabase(url: string, path: string): string {
  const moved = new URL(url);
  moved.pathname = path;
  return moved.href;
}

async function connect(url: string, path: string): Promise<Client> {
  const client = new Client({ connectionString: inDatabase(url, path) });
  await client.connect();
  return client;
}
