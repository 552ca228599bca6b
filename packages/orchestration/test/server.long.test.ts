import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { findProcess, passwordOf, withConnection, withLogin } from '@trading/local';
import { repositoryRoot, runFolder } from '@trading/testing';
import { reduceOpenapi } from '../scripts/reduceOpenapi.cjs';
import { createPrefectClient, createPrefectServer, PREFECT_VERSION } from '../src/index';
import { prefectServer, type SharedPrefect, sharedPrefect } from './support/sharedPrefect';

let shared: SharedPrefect;

beforeAll(async () => {
  shared = await sharedPrefect();
}, 900_000);

describe('the Prefect server', () => {
  it('answers, and is the release that the client speaks', async () => {
    const client = createPrefectClient(shared.prefect);

    expect(await client.healthy()).toBe(true);
    expect(await client.version()).toBe(PREFECT_VERSION);
  });

  it('serves the REST API that the types were generated from', async () => {
    const { auth, apiUrl } = shared.prefect;
    const document = await fetch(new URL('/openapi.json', apiUrl), {
      headers: { authorization: `Basic ${btoa(auth?.kind === 'basic' ? auth.authString : '')}` },
    }).then((answer) => answer.json());
    const committed = readFileSync(join(__dirname, `../openapi/prefect-${PREFECT_VERSION}.json`), 'utf8');

    expect(reduceOpenapi(document)).toEqual(JSON.parse(committed));
  });

  it('is found running by a second start, and says where it is', async () => {
    const server = prefectServer(shared.postgres);

    const again = await server.start();
    const status = await server.status();

    expect(again).toMatchObject({ started: false, installed: false, version: PREFECT_VERSION });
    expect(status).toMatchObject({
      running: true,
      healthy: true,
      apiUrl: shared.prefect.apiUrl,
      pid: again.pid,
    });
    expect(JSON.stringify(status)).not.toContain(passwordOf(shared.postgres.prefectUrl));
  });

  it('is started again where its database moved, and ends when it is told to', async () => {
    const at = (databaseUrl: string) =>
      createPrefectServer({
        folder: join(runFolder(), 'moving-prefect'),
        environmentFolder: join(repositoryRoot(), '.trading', 'prefect'),
        databaseUrl,
        env: process.env,
      });
    const first = await at(shared.postgres.prefectUrl).start();

    const moved = at(`${shared.postgres.prefectUrl}?application_name=moved`);
    const second = await moved.start();

    expect([first.started, second.started, findProcess(first.pid)]).toEqual([true, true, undefined]);
    expect(await moved.stop()).toBe(true);
    expect(findProcess(second.pid)).toBeUndefined();
    expect(await moved.status()).toMatchObject({ running: false, healthy: false });
    expect(await moved.stop()).toBe(false);
  }, 900_000);

  it('wants its password', async () => {
    const stranger = createPrefectClient({ apiUrl: shared.prefect.apiUrl });

    await expect(stranger.flows.list()).rejects.toMatchObject({ code: 'PREFECT.UNAUTHORIZED' });
    expect(await stranger.healthy()).toBe(true);
  });

  it('answers pages of its own origin and of no other', async () => {
    const { apiUrl } = shared.prefect;
    const allowedFor = async (origin: string) => {
      const answer = await fetch(`${apiUrl}/health`, { headers: { origin } });
      return answer.headers.get('access-control-allow-origin');
    };

    expect(await allowedFor('http://evil.example')).toBeNull();
    expect(await allowedFor(new URL(apiUrl).origin)).toBe(new URL(apiUrl).origin);
  });
});

describe('the two databases', () => {
  it('hold nothing of each other', async () => {
    const trading = new URL(shared.postgres.adminUrl);
    trading.pathname = '/trading_system';
    const inTrading = await withConnection(trading.href, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' OR table_name IN ('flow_run', 'deployment', 'work_pool', 'alembic_version')",
      );
      return rows.map(({ name }) => name);
    });
    const inPrefect = await withConnection(shared.postgres.prefectUrl, async (client) => {
      const { rows } = await client.query<{ name: string; owner: string; schema: string }>(
        "SELECT schemaname AS schema, tablename AS name, tableowner AS owner FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
      );
      return rows;
    });

    expect(inTrading.filter((name) => name !== '_prisma_migrations')).toEqual([]);
    expect(inPrefect.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['flow_run', 'deployment', 'alembic_version']),
    );
    expect(new Set(inPrefect.map(({ owner, schema }) => `${owner} ${schema}`))).toEqual(
      new Set(['prefect public']),
    );
  });

  it("are closed to each other's roles", async () => {
    const { postgres } = shared;
    const prefectInTrading = withLogin(postgres.prefectUrl, {
      user: 'prefect',
      password: passwordOf(postgres.prefectUrl) ?? '',
      database: 'trading_system',
    });
    const connect = (url: string) => withConnection(url, async () => 'connected');

    await expect(connect(prefectInTrading)).rejects.toMatchObject({
      message: expect.stringMatching(/permission denied/),
    });
    for (const url of [postgres.ownerUrl, ...Object.values(postgres.services)]) {
      const inPrefect = new URL(url);
      inPrefect.pathname = '/prefect';
      await expect(connect(inPrefect.href)).rejects.toMatchObject({
        message: expect.stringMatching(/permission denied/),
      });
    }
  });
});
