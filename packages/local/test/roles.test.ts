import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServicePool, normalizeError } from '@trading/database';
import { Client } from 'pg';
import { type Connection, withConnection } from '../src';
import { type Checkout, makeCheckout } from './checkout';

const ask = (url: string, sql: string) =>
  withConnection(url, async (client) => (await client.query(sql)).rows);

describe('what one login may do to the others', () => {
  let checkout: Checkout;
  let connection: Connection;
  beforeAll(async () => {
    checkout = makeCheckout();
    await checkout.runtime.up({ noRedis: true });
    const written = await checkout.runtime.connection();
    if (written === undefined) throw new TypeError('up wrote no connection');
    connection = written;
  });
  afterAll(() => checkout.runtime.down());

  const roleSettings = async () =>
    (await checkout.runtime.doctor()).checks.find(({ name }) => name === 'role settings');

  test('the owner makes no roles and gives itself none of the server’s', async () => {
    for (const sql of ['CREATE ROLE another', 'GRANT pg_execute_server_program TO trading_owner'])
      await expect(ask(connection.ownerUrl, sql)).rejects.toMatchObject({ code: '42501' });
    expect(
      await ask(
        connection.adminUrl,
        `SELECT rolname AS name FROM pg_roles
          WHERE (rolname LIKE 'trading%' OR rolname = 'prefect') AND (rolcreaterole OR rolsuper OR rolreplication OR rolbypassrls)`,
      ),
    ).toEqual([]);
  });

  test('an owner of an earlier day loses the right to make roles', async () => {
    await ask(connection.adminUrl, 'ALTER ROLE trading_owner CREATEROLE');
    expect(await roleSettings()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('trading_owner may do more'),
    });
    await checkout.runtime.up({ noRedis: true });
    await expect(ask(connection.ownerUrl, 'CREATE ROLE another')).rejects.toMatchObject({ code: '42501' });
  });

  test('one service opens a third of the connections at most, and hears why not more', async () => {
    await using pool = createServicePool({ url: connection.services.logging, service: 'logging', max: 200 });
    const taken = [];
    let failure: unknown;
    while (failure === undefined && taken.length < 200) {
      const more = await pool.connect().catch((error: unknown) => {
        failure = normalizeError(error);
      });
      if (more !== undefined) taken.push(more);
    }
    try {
      expect(taken).toHaveLength(99);
      expect(failure).toMatchObject({
        code: 'DATABASE.TOO_MANY_CONNECTIONS',
        transient: true,
        message: expect.stringMatching(/too many connections for role "trading_logging".*CONNECTION LIMIT/),
      });
      await expect(ask(connection.services.execution, 'SELECT 1')).resolves.toHaveLength(1);
    } finally {
      for (const client of taken) client.release();
    }
  });

  test('nobody waits for ever for a lock that another holds', async () => {
    const [holder, waiter] = [new Client(connection.services.logging), new Client(connection.services.risk)];
    await Promise.all([holder.connect(), waiter.connect()]);
    try {
      expect((await waiter.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '2min' }]);
      await holder.query('SELECT pg_advisory_lock(1)');
      // As short as the test may be; the way out is the same.
      await waiter.query("SET lock_timeout = '1ms'");
      const failure = await waiter.query('SELECT pg_advisory_lock(1)').catch(normalizeError);
      expect(failure).toMatchObject({
        code: 'DATABASE.LOCK_TIMEOUT',
        transient: true,
        message: expect.stringMatching(/lock timeout: another session holds.*pg_blocking_pids/),
      });
      await waiter.query("SET statement_timeout = '1ms'");
      expect(await waiter.query('SELECT pg_sleep(60)').catch(normalizeError)).toMatchObject({
        code: 'DATABASE.STATEMENT_TIMEOUT',
      });
    } finally {
      await Promise.all([holder.end(), waiter.end()]);
    }
  });

  test('settings that a service gave itself are found by the doctor and removed by the next up', async () => {
    const { execution } = connection.services;
    await ask(execution, "ALTER ROLE trading_execution SET default_transaction_isolation = 'serializable'");
    await ask(execution, "ALTER ROLE trading_execution SET lock_timeout = '0'");
    await ask(
      execution,
      'ALTER ROLE trading_execution IN DATABASE trading_system SET default_transaction_read_only = on',
    );

    const found = await roleSettings();
    const { warnings } = await checkout.runtime.up({ noRedis: true });

    const foreign = [
      'default_transaction_isolation=serializable',
      'lock_timeout=0',
      'default_transaction_read_only=on',
    ];
    for (const setting of foreign) {
      expect(found).toMatchObject({
        ok: false,
        detail: expect.stringContaining(setting),
        fix: 'Run `trading up`',
      });
      expect(warnings).toEqual([expect.stringContaining(setting)]);
    }
    expect(await roleSettings()).toMatchObject({ ok: true });
    expect(
      await ask(
        execution,
        `SELECT name, setting FROM pg_settings
          WHERE name IN ('default_transaction_isolation', 'default_transaction_read_only', 'lock_timeout') ORDER BY 1`,
      ),
    ).toEqual([
      { name: 'default_transaction_isolation', setting: 'read committed' },
      { name: 'default_transaction_read_only', setting: 'off' },
      { name: 'lock_timeout', setting: '120000' },
    ]);
    expect((await checkout.runtime.up({ noRedis: true })).warnings).toEqual([]);
  });
});
