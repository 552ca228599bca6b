import { expect, test } from '@jest/globals';
import { Client } from 'pg';
import { makePreparedCheckout } from './checkout';

test('trading status names a database that is missing, and exits with 3', async () => {
  await using checkout = await makePreparedCheckout();
  await checkout.trading('up', '--no-redis');
  const { roles } = JSON.parse((await checkout.trading('status', '--json', '--secrets')).stdout);
  const admin = new Client({ connectionString: roles[0].url });
  await admin.connect();
  // A session of `up` may take a moment to end.
  await admin.query('DROP DATABASE trading_system WITH (FORCE)');
  await admin.end();

  const { code, stdout } = await checkout.trading('status');

  expect(code).toBe(3);
  expect(stdout).toMatch(/trading_system .*missing: run `npx trading up`/);
  expect(stdout).toMatch(/^migrations: unknown, .*no database "trading_system"/m);
});
