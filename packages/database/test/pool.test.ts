import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, startTestServer, type TestDatabase, type TestServer } from '@trading/testing';
import { createServicePool, inTransaction, poolSql } from '../src';

describe('a service pool', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await database?.drop();
  });

  it('opens at most `max` connections, then makes callers wait and refuses them by name', async () => {
    await using pool = createServicePool({
      url: database.serviceUrl('risk'),
      service: 'risk',
      base: 1,
      max: 2,
      waitMs: 60_000,
    });
    const held = [await pool.connect(), await pool.connect()];
    // To open them may take its time; to be refused need not.
    expect(pool.options.connectionTimeoutMillis).toBe(60_000);
    pool.options.connectionTimeoutMillis = 1;

    await expect(poolSql(pool).query('SELECT 1')).rejects.toMatchObject({
      code: 'DATABASE.POOL_EXHAUSTED',
      transient: true,
    });

    expect(pool.figures()).toMatchObject({ service: 'risk', max: 2, size: 2, idle: 0, acquired: 2 });
    for (const client of held) client.release();
  });

  it('keeps `base` connections and closes what is over them when idle', async () => {
    await using pool = createServicePool({
      url: database.serviceUrl('risk'),
      service: 'risk',
      base: 2,
      max: 5,
      idleMs: 50,
    });
    const held = await Promise.all(Array.from({ length: 5 }, () => pool.connect()));
    expect(pool.figures().size).toBe(5);

    const threeClosed = new Promise<void>((resolve) => {
      let closed = 0;
      pool.on('remove', () => {
        closed += 1;
        if (closed === 3) resolve();
      });
    });
    for (const client of held) client.release();
    await threeClosed;

    expect(pool.figures()).toMatchObject({ size: 2, idle: 2 });
  });

  it('has the server notice within seconds that the other end is gone', async () => {
    await using pool = createServicePool({ url: database.serviceUrl('risk'), service: 'risk' });

    const settings = await poolSql(pool).query(
      "SELECT name, setting FROM pg_settings WHERE name LIKE 'tcp\\_keepalives\\_%' ORDER BY name",
    );

    expect(settings).toEqual([
      { name: 'tcp_keepalives_count', setting: '3' },
      { name: 'tcp_keepalives_idle', setting: '10' },
      { name: 'tcp_keepalives_interval', setting: '2' },
    ]);
  });

  it('recycles a connection that has lived for its time', async () => {
    await using pool = createServicePool({
      url: database.serviceUrl('risk'),
      service: 'risk',
      recycleSeconds: 1,
    });
    const removed = once(pool, 'remove');
    const first = await backendId(pool);
    await removed;
    expect(await backendId(pool)).not.toBe(first);
  });

  it('does not let callers notice that the server killed its idle connections', async () => {
    await using pool = createServicePool({
      url: database.serviceUrl('risk'),
      service: 'risk',
      checkAfterIdleMs: 0,
    });
    const held = await Promise.all(Array.from({ length: 4 }, () => pool.connect()));
    for (const client of held) client.release();
    await using admin = createServicePool({ url: database.adminUrl, service: 'event_bus' });
    await poolSql(admin).query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'trading_risk'`,
    );

    expect(await poolSql(pool).query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('hands out no connection that looks open and answers nothing', async () => {
    await using pool = createServicePool({
      url: database.serviceUrl('risk'),
      service: 'risk',
      checkAfterIdleMs: 0,
    });
    const client = await pool.connect();
    // What a firewall does to a connection that sat idle: both ends believe in it, and nothing comes through.
    const dead = client as unknown as { connection: { stream: { write: unknown } } };
    dead.connection.stream.write = () => true;
    client.release();

    expect(await poolSql(pool).query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(pool.figures().checksFailed).toBe(1);
  });

  it('rolls back what a failed transaction did, and gives the connection back', async () => {
    await using pool = createServicePool({ url: database.serviceUrl('risk'), service: 'risk', max: 1 });
    const limit = `INSERT INTO risk_management.risk_limits (account_id, limit_type, limit_value) VALUES ($1, 'max_order_quantity', $2)`;

    const failing = inTransaction(pool, async (tx) => {
      await tx.query(limit, ['A', '10']);
      await tx.query(limit, ['B', '-1']);
    });

    await expect(failing).rejects.toMatchObject({
      code: 'DATABASE.CHECK_VIOLATION',
      kind: 'expected',
      details: { sqlState: '23514', constraint: 'valid_limit_value' },
    });
    expect(await poolSql(pool).query('SELECT count(*) FROM risk_management.risk_limits')).toEqual([
      { count: '0' },
    ]);
  });
});

describe('a transaction that hides a failed statement', () => {
  it('is an error, because nothing of it was kept', async () => {
    await using database = await createTestDatabase();
    await using pool = createServicePool({ url: database.serviceUrl('risk'), service: 'risk' });
    const hiding = inTransaction(pool, async (tx) => {
      await tx.query('SELECT 1 / 0').catch(() => 'hidden');
      return 'done';
    });
    await expect(hiding).rejects.toMatchObject({ code: 'DATABASE.TRANSACTION_ABORTED', kind: 'bug' });
  });
});

describe('a pool whose server restarts', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
  });

  it.each(['fast', 'immediate'] as const)(
    'answers the next call after a %s restart, and says DATABASE.UNAVAILABLE meanwhile',
    async (mode) => {
      await using pool = createServicePool({ url: server.adminUrl, service: 'risk' });
      const sql = poolSql(pool);
      await Promise.all(Array.from({ length: 5 }, () => sql.query('SELECT pg_sleep(0.01)')));

      await server.stop(mode);
      await expect(sql.query('SELECT 1')).rejects.toMatchObject({
        code: 'DATABASE.UNAVAILABLE',
        transient: true,
      });
      await server.start();

      expect(await sql.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    },
  );

  it('says DATABASE.UNAVAILABLE to the call that was in flight', async () => {
    await using pool = createServicePool({ url: server.adminUrl, service: 'risk' });
    const sql = poolSql(pool);
    const inFlight = sql.query('SELECT pg_sleep(60)');
    const refused = expect(inFlight).rejects.toMatchObject({ code: 'DATABASE.UNAVAILABLE', transient: true });
    await sql.query('SELECT 1');

    await server.stop('fast');
    await refused;
    await server.start();
    expect(await sql.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

async function backendId(pool: ReturnType<typeof createServicePool>): Promise<number | undefined> {
  const [row] = await poolSql(pool).query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return row?.pid;
}
