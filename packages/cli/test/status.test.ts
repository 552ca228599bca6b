import { expect, test } from '@jest/globals';
import { Client } from 'pg';
import { makePreparedCheckout } from './checkout';

test('trading status and migrate refuse the history of another checkout with 1; a missing database is named with 3', async () => {
  await using checkout = await makePreparedCheckout();
  await checkout.trading('up', '--no-redis');
  const { roles } = JSON.parse((await checkout.trading('status', '--json', '--secrets')).stdout);
  const admin = new Client({ connectionString: roles[0].url });
  await admin.connect();
  const owner = new Client({ connectionString: roles[1].url });
  await owner.connect();
  await owner.query(
    "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('old', '', '1_old', now())",
  );
  await owner.end();

  const refusals = await Promise.all([checkout.trading('status'), checkout.trading('migrate', 'deploy')]);

  for (const { code, stdout, stderr } of refusals) {
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/records migrations that this checkout doesn't have \(1_old\)/);
  }

  // A session of `up` may take a moment to end.
  await admin.query('DROP DATABASE trading_system WITH (FORCE)');
  await admin.end();

  const { code, stdout } = await checkout.trading('status');

  expect(code).toBe(3);
  expect(stdout).toMatch(/trading_system .*missing: run `npx trading up`/);
  expect(stdout).toMatch(/^migrations: unknown, .*no database "trading_system"/m);
});
