import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runFolder } from '@trading/testing';
import {
  childEnvironment,
  createLocalRuntime,
  findRedisProgram,
  NETWORK,
  prismaEnvironment,
  withConnection,
} from '../src';
import { makeCheckout } from './checkout';

const SECRETS = {
  ALPACA_API_SECRET_KEY: 'secret-of-alpaca',
  POLYGON_API_KEY: 'secret-of-polygon',
  AWS_SECRET_ACCESS_KEY: 'secret-of-aws',
  PGPASSWORD: 'secret-of-psql',
  PATHOLOGICAL: 'secret-by-prefix',
};

test('programs are given what they need of the environment, by name, and nothing else', () => {
  const env = {
    PATH: '/bin',
    LC_CTYPE: 'C.UTF-8',
    SystemRoot: 'C:\\Windows',
    https_proxy: 'http://proxy',
    ...SECRETS,
  };

  expect(childEnvironment(env)).toEqual({ PATH: '/bin', LC_CTYPE: 'C.UTF-8', SystemRoot: 'C:\\Windows' });
  expect(childEnvironment(env, NETWORK)).toMatchObject({ https_proxy: 'http://proxy' });
  expect(prismaEnvironment({ ...env, DATABASE_URL: 'postgresql://a' })).toEqual({
    PATH: '/bin',
    LC_CTYPE: 'C.UTF-8',
    SystemRoot: 'C:\\Windows',
    https_proxy: 'http://proxy',
    DATABASE_URL: 'postgresql://a',
  });
});

test('the servers know no key of a broker or a provider', async () => {
  await using checkout = makeCheckout();
  // In Redis's place: it writes its environment down, and becomes Redis.
  const programs = mkdtempSync(join(runFolder(), 'programs-'));
  chmodSync(programs, 0o755);
  const written = join(checkout.root, '.trading', 'redis', 'environment');
  const real = await findRedisProgram(process.env.PATH ?? '');
  writeFileSync(join(programs, 'redis-server'), `#!/bin/sh\nenv > environment\nexec '${real}' "$@"\n`, {
    mode: 0o755,
  });
  const env = { ...process.env, ...SECRETS, PATH: `${programs}:${process.env.PATH}` };
  const runtime = createLocalRuntime({ root: checkout.root, env });
  await runtime.up();
  const { adminUrl = '' } = (await runtime.connection()) ?? {};

  const ofPostgres = await withConnection(adminUrl, async (client) => {
    await client.query("CREATE TEMP TABLE environment (line text); COPY environment FROM PROGRAM 'env'");
    const { rows } = await client.query<{ line: string }>('SELECT line FROM environment');
    return rows.map(({ line }) => line).join('\n');
  });
  for (const text of [ofPostgres, readFileSync(written, 'utf8')]) {
    expect(text).toContain(`PATH=${programs}`);
    expect(Object.values(SECRETS).filter((secret) => text.includes(secret))).toEqual([]);
  }
});
