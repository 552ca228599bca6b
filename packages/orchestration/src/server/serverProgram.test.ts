import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findProcess } from '@trading/local';
import { PREFECT_VERSION } from '../client/prefectClient';
import { createPrefectServer } from './prefectServer';
import { IMAGE } from './serverProgram';

const SERVER = `
const said = { '/api/health': true, '/api/admin/version': '${PREFECT_VERSION}' };
require('node:http').createServer((call, answer) => {
  answer.setHeader('content-type', 'application/json').end(JSON.stringify(said[call.url] ?? null));
}).listen(Number(process.env.PREFECT_SERVER_API_PORT), process.env.PREFECT_SERVER_API_HOST);`;

/** A folder with a `docker` that notes what it is asked for, and is a server that answers when it is brought up. */
function machineWith(docker: { image: boolean; daemon: boolean }) {
  const folder = mkdtempSync(join(tmpdir(), 'docker-'));
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  writeFileSync(join(folder, 'server.js'), SERVER);
  writeFileSync(
    join(folder, 'docker'),
    `#!/bin/sh
echo "$*" >> '${calls}'
case "$*" in
  'compose version') exit 0 ;;
  version*) exit ${docker.daemon ? 0 : 1} ;;
  'image inspect'*) exit ${docker.image ? 0 : 1} ;;
  *' pull --quiet') exit 0 ;;
  *' up --no-color') exec '${process.execPath}' '${join(folder, 'server.js')}' ;;
esac
exit 1
`,
  );
  chmodSync(join(folder, 'docker'), 0o755);
  const told: string[] = [];
  const server = createPrefectServer({
    folder: join(folder, 'prefect'),
    databaseUrl: 'postgresql://prefect:secret@127.0.0.1:5432/prefect',
    env: { PATH: folder },
    progress: ({ message }) => told.push(message),
  });
  return { server, told, calls: () => readFileSync(calls, 'utf8').trim().split('\n') };
}

describe('a machine without Python', () => {
  it('runs the server by docker compose, whose image it fetches once, and stops it', async () => {
    const { server, told, calls } = machineWith({ image: false, daemon: true });

    const { version, installed, pid } = await server.start();

    expect({ version, installed }).toEqual({ version: PREFECT_VERSION, installed: true });
    expect(told[0]).toBe(
      `There is no Python that Prefect runs on, but Docker: using ${IMAGE}, which is fetched once`,
    );
    const [, , , pull = '', up = ''] = calls();
    expect(pull).toMatch(
      /^compose --file .*docker\/prefect\.yml --project-name trading-prefect-[0-9a-f]{12} pull --quiet$/,
    );
    expect(up).toBe(pull.replace('pull --quiet', 'up --no-color'));
    expect(calls().join()).not.toContain('secret');
    expect(await server.status()).toMatchObject({ running: true, healthy: true });
    expect(await server.stop()).toBe(true);
    expect(findProcess(pid)).toBeUndefined();
  });

  it('fetches nothing where the image is there', async () => {
    const { server, calls } = machineWith({ image: true, daemon: true });

    expect(await server.start()).toMatchObject({ installed: false });
    expect(calls().join()).not.toContain('pull');
    await server.stop();
  });

  it('is told what to install where Docker does not run either', async () => {
    const { server } = machineWith({ image: true, daemon: false });

    await expect(server.start()).rejects.toMatchObject({
      code: 'PREFECT.NO_PYTHON',
      message: expect.stringMatching(
        /or uv, or a Docker that runs and has Compose, and none of them is on PATH/,
      ),
    });
  });

  it('gets as strict a server from the compose file of the repository', () => {
    const compose = readFileSync(join(__dirname, '../../../../docker-compose.yml'), 'utf8');
    const told = (name: string) => new RegExp(`^ {6}${name}: (.+)$`, 'm').exec(compose)?.[1];

    // The name that every call must bear is the same on both sides, and its password comes from .env alone.
    expect(told('PREFECT_SERVER_API_AUTH_STRING')).toMatch(/^trading:\$\{PREFECT_PASSWORD:\?/);
    expect(told('PREFECT_API_AUTH_STRING')).toMatch(/^trading:\$\{PREFECT_PASSWORD\}$/);
    expect(told('PREFECT_SERVER_CORS_ALLOWED_ORIGINS')).toMatch(
      /^http:\/\/127\.0\.0\.1:\$\{PREFECT_PORT:-4200\},http:\/\/localhost:\$\{PREFECT_PORT:-4200\}$/,
    );
  });

  it('gets the release that the client speaks', () => {
    const compose = readFileSync(join(__dirname, '../../docker/prefect.yml'), 'utf8');

    expect(compose).toContain(`image: ${IMAGE}\n`);
    expect(IMAGE).toContain(`:${PREFECT_VERSION}-`);
  });
});
