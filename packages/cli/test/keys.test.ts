import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '@trading/testing';
import { type Checkout, makePreparedCheckout } from './checkout';

let checkout: Checkout;
beforeAll(async () => {
  checkout = await makePreparedCheckout();
  expect(await checkout.trading('up', '--no-redis')).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await checkout?.[Symbol.asyncDispose]();
});

it('makes a key, serves whoever has it, and not any more once it is revoked', async () => {
  const made = await checkout.trading(
    'keys',
    'create',
    'notebook',
    '--accounts',
    'MINE',
    '--days',
    '30',
    '--json',
  );
  expect(made.code).toBe(0);
  const { key, keyId } = JSON.parse(made.stdout) as { key: string; keyId: string };
  const running = checkout.start('run');
  const url = await until(
    'the address',
    () => /API and dashboard: (\S+)\n/.exec(running.printed.stderr)?.[1],
  );
  await until('the link', () => /\/login#code=[\w-]{43}\n/.test(running.printed.stderr));
  const ask = async () => {
    const answer = await fetch(`${url}/v1/session`, {
      headers: { authorization: `Bearer ${key}`, connection: 'close' },
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  expect(await ask()).toMatchObject({ status: 200, body: { keyId, scope: 'read', accounts: ['MINE'] } });
  const listed = await checkout.trading('keys', 'list', '--json');
  expect(JSON.parse(listed.stdout).keys).toMatchObject([
    { keyId, name: 'notebook', revokedAt: null, lastUsedAt: expect.any(String) },
  ]);
  expect(listed.stdout).not.toContain(key.slice(-43));
  expect((await checkout.trading('keys', 'revoke', keyId)).stdout).toContain(`Revoked ${keyId}.`);
  expect(await ask()).toMatchObject({ status: 401, body: { code: 'API.KEY_REVOKED' } });
  running.child.kill('SIGINT');
  expect(await running.outcome).toMatchObject({ code: 0 });
});

it('refuses an address that others reach, without TLS', async () => {
  const { code, stderr } = await checkout.trading('dashboard', '--api-host', '0.0.0.0');
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('give a certificate') });
});
