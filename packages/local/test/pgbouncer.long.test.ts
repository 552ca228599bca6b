import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServicePool } from '@trading/database';
import { runFolder, startTestServer, type TestServer, until } from '@trading/testing';
import { findFreePort, findProcess, isPortFree, passwordOf, withConnection } from '../src';
import { asAccount } from '../src/account';
import { makeCheckout } from './checkout';

/** Debian's pgbouncer before a server, which it asks for every role's verifier as the superuser. */
async function startPgBouncer(server: TestServer, mode: string): Promise<AsyncDisposable & { url: string }> {
  const folder = mkdtempSync(join(runFolder(), 'pgbouncer-'));
  chmodSync(folder, 0o755);
  const port = await findFreePort();
  const { account } = server.cluster;
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    if (account !== undefined) chownSync(join(folder, name), account.uid, account.gid);
    return join(folder, name);
  };
  const users = write('users.txt', `"postgres" "${passwordOf(server.adminUrl)}"\n`);
  const settings = write(
    'pgbouncer.ini',
    `[databases]
* = host=127.0.0.1 port=${server.port} auth_user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
auth_query = SELECT usename, passwd FROM pg_shadow WHERE usename = $1
pool_mode = ${mode}
default_pool_size = 40
max_client_conn = 400
ignore_startup_parameters = extra_float_digits
`,
  );
  // It refuses to run as root, as PostgreSQL does.
  const child = spawn('pgbouncer', [settings], {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...asAccount(account),
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  await until('PgBouncer to listen', async () => {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended: ${log}`);
    return !(await isPortFree(port));
  });
  const url = Object.assign(new URL(server.adminUrl), { port: String(port) }).href;
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await until('PgBouncer to be gone', () => findProcess(child.pid ?? 0) === undefined);
    },
  };
}

const throughBouncer = (url: string, bouncer: { url: string }) =>
  Object.assign(new URL(url), { port: new URL(bouncer.url).port }).href;

describe('PgBouncer before the server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop('immediate'));

  test.each(['transaction', 'statement'])(
    'in %s mode is refused, by `up` and by every pool, before anything is left behind',
    async (mode) => {
      await using bouncer = await startPgBouncer(server, mode);
      await using checkout = makeCheckout();
      const refusal = {
        code: 'DATABASE.TRANSACTION_POOLING',
        message: expect.stringContaining('set its pool_mode to session'),
      };

      await expect(checkout.runtime.up({ databaseUrl: bouncer.url, noRedis: true })).rejects.toMatchObject(
        refusal,
      );
      await using pool = createServicePool({
        url: throughBouncer(server.serviceUrl('risk'), bouncer),
        service: 'risk',
      });
      await expect(pool.query('SELECT 1')).rejects.toMatchObject(refusal);
      const locks = await withConnection(
        server.adminUrl,
        async (client) => (await client.query("SELECT objid FROM pg_locks WHERE locktype = 'advisory'")).rows,
      );
      expect(locks).toEqual([]);
    },
  );

  test('in session mode serves `up`, the doctor and the services', async () => {
    await using bouncer = await startPgBouncer(server, 'session');
    await using checkout = makeCheckout({ migrations: 'real' });

    const { mode } = await checkout.runtime.up({ databaseUrl: bouncer.url, noRedis: true });
    const { checks } = await checkout.runtime.doctor();
    const { services } = (await checkout.runtime.connection()) ?? {};
    await using pool = createServicePool({ url: services?.risk ?? '', service: 'risk' });
    const busy = await Promise.all(Array.from({ length: 10 }, () => pool.connect()));
    const backends = await Promise.all(
      busy.map(async (client) => (await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid),
    );
    for (const client of busy) client.release();

    expect(mode).toBe('external');
    expect(checks.find(({ name }) => name === 'sessions')).toMatchObject({
      ok: true,
      detail: 'a pooler gives each client a session of its own',
    });
    expect(new Set(backends).size).toBe(10);
  });
});
