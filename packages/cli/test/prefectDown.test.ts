import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Checkout, makePreparedCheckout } from './checkout';

describe('stopping Prefect', () => {
  let checkout: Checkout;
  let server: ChildProcess;
  const write = (name: string, text: string) => writeFileSync(join(checkout.root, '.trading', name), text);

  beforeEach(async () => {
    checkout = await makePreparedCheckout();
    mkdirSync(join(checkout.root, '.trading', 'prefect'));
    // Whatever runs under the recorded process id is the server.
    server = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(server, 'spawn');
    write(
      'prefect/server.json',
      JSON.stringify({ pid: server.pid, startedAt: null, port: 4200, authString: 'trading:secret' }),
    );
  });
  afterEach(async () => {
    server.kill('SIGKILL');
    rmSync(join(checkout.root, '.trading', 'prefect', 'server.json'), { force: true });
    await checkout[Symbol.asyncDispose]();
  });

  it('needs no connection to the databases, so a damaged one does not hide that it runs', async () => {
    write('connection.json', '{ half a fi');
    const ended = once(server, 'exit');

    const { code, stdout } = await checkout.trading('prefect', 'down', '--json');

    expect({ code, ...JSON.parse(stdout) }).toEqual({ code: 0, stopped: true });
    await ended;
  });

  it('says that it cannot tell where its own record is damaged, and stops the other servers all the same', async () => {
    expect((await checkout.trading('up', '--no-redis')).code).toBe(0);
    write('prefect/server.json', '{ half a fi');

    const { code, stdout } = await checkout.trading('down', '--json');

    expect({ code, error: JSON.parse(stdout).error }).toMatchObject({
      code: 3,
      error: {
        code: 'PREFECT.RECORD_UNREADABLE',
        message: expect.stringMatching(
          /server\.json can't be read, so nobody can tell whether a Prefect server runs/,
        ),
      },
    });
    expect(existsSync(join(checkout.root, '.trading', 'postgres', 'postmaster.pid'))).toBe(false);
    const { servers } = JSON.parse((await checkout.trading('status', '--json')).stdout);
    expect(servers[0].running).toBe(false);
  });
});
