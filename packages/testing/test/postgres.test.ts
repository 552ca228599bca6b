import { expect, test } from '@jest/globals';
import { withConnection } from '@trading/local';
import { startTestServer } from '../src';

const count = (url: string) =>
  withConnection(
    url,
    async (client) => (await client.query('SELECT count(*)::int AS n FROM kept')).rows[0]?.n,
  );

test('a server of one’s own keeps what was committed over a kill -9, on the same port', async () => {
  await using server = await startTestServer({ durable: true });
  await withConnection(server.ownerUrl, (client) =>
    client.query('CREATE TABLE kept AS SELECT generate_series(1, 3)'),
  );
  const before = await server.pid();

  await server.kill9();
  await expect(count(server.ownerUrl)).rejects.toMatchObject({ code: 'DATABASE.UNAVAILABLE' });
  await server.start();

  expect(await count(server.ownerUrl)).toBe(3);
  expect(await server.pid()).not.toBe(before);
});

test('a server straight from initdb has no role of ours', async () => {
  await using server = await startTestServer({ migrated: false });
  const roles = await withConnection(server.adminUrl, async (client) => {
    const { rows } = await client.query("SELECT rolname FROM pg_roles WHERE rolname LIKE 'trading%'");
    return rows;
  });
  expect(roles).toEqual([]);
});
