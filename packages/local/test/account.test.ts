import { chmodSync, chownSync, mkdirSync, mkdtempSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runFolder } from '@trading/testing';
import { findProcess } from '../src';
import { makeCheckout } from './checkout';
import { spawnUp } from './spawnUp';

/** Only root can become somebody else; as an ordinary user every other test shows the ordinary case. */
const describeAsRoot = process.getuid?.() === 0 ? describe : describe.skip;

const NOBODY = 65_534;

describeAsRoot('as root', () => {
  test('the servers run as somebody else, and their files belong to them alone', async () => {
    await using checkout = makeCheckout();
    await checkout.runtime.up();
    const data = statSync(join(checkout.root, '.trading', 'postgres', 'data'));
    expect(data.uid).not.toBe(0);
    expect(data.mode & 0o777).toBe(0o700);
    const { servers } = await checkout.runtime.status();
    expect(servers.map(({ name, pid }) => [name, findProcess(pid ?? 0)?.uid])).toEqual([
      ['postgres', data.uid],
      ['redis', data.uid],
    ]);
    const redis = statSync(join(checkout.root, '.trading', 'redis'));
    expect([redis.uid, redis.mode & 0o777]).toEqual([data.uid, 0o700]);
  });

  test('the server runs as the one that the repository belongs to', async () => {
    await using checkout = makeCheckout();
    chownSync(checkout.root, NOBODY, NOBODY);
    await checkout.runtime.up({ noRedis: true });
    expect(statSync(join(checkout.root, '.trading', 'postgres', 'data')).uid).toBe(NOBODY);

    // Who may go on without root's help, or root after them.
    const asOwner = await spawnUp(checkout.root, { uid: NOBODY, gid: NOBODY });
    expect(asOwner).toMatchObject({
      errors: '',
      result: { postgres: { started: false, initialised: false } },
    });
    expect((await checkout.runtime.down()).stopped).toContain('postgres');
  });

  test('a repository in a closed home has its data where the server can reach it', async () => {
    const home = mkdtempSync(join(runFolder(), 'home-'));
    chmodSync(home, 0o700);
    const sharedFolder = mkdtempSync(join(runFolder(), 'shared-'));
    chmodSync(sharedFolder, 0o755);
    await using checkout = makeCheckout({ parent: home, sharedFolder });
    const { postgres, redis } = await checkout.runtime.up();
    expect(redis.state).toBe('started');

    expect(postgres.dataFolder?.startsWith(sharedFolder)).toBe(true);
    expect(readlinkSync(join(checkout.root, '.trading', 'postgres'))).toBe(
      join(postgres.dataFolder ?? '', '..'),
    );
    expect((await checkout.runtime.doctor()).checks.filter(({ ok }) => !ok)).toEqual([]);
    expect((await checkout.runtime.down()).stopped).toEqual(['redis', 'postgres']);
    expect((await checkout.runtime.up({ noRedis: true })).postgres).toMatchObject({
      initialised: false,
      started: true,
    });
  });
});

describeAsRoot('as an ordinary user', () => {
  test('everything runs as that user', async () => {
    await using checkout = makeCheckout();
    mkdirSync(join(checkout.root, '.trading'), { mode: 0o711 });
    chownSync(join(checkout.root, '.trading'), NOBODY, NOBODY);
    const { result, errors } = await spawnUp(checkout.root, { uid: NOBODY, gid: NOBODY });
    expect({ errors, mode: result?.mode }).toEqual({ errors: '', mode: 'local' });
    expect(statSync(join(checkout.root, '.trading', 'connection.json')).uid).toBe(NOBODY);
    const [postgres] = (await checkout.runtime.status()).servers;
    expect(findProcess(postgres?.pid ?? 0)).toBeDefined();
    expect(statSync(`/proc/${postgres?.pid}`).uid).toBe(NOBODY);
  });
});
