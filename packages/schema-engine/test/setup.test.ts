import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { enginePath, usePortableSchemaEngine } from '@trading/schema-engine';
import { createScratchProject } from './scratchProject';
import { startTestCluster, type TestCluster } from './testCluster';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

describe('usePortableSchemaEngine', () => {
  test('names the engine, and stops the CLI’s own look-ups', () => {
    const environment: NodeJS.ProcessEnv = {};

    usePortableSchemaEngine({ environment });

    expect(environment).toEqual({
      PRISMA_SCHEMA_ENGINE_BINARY: enginePath,
      CHECKPOINT_DISABLE: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
    });
  });

  test('leaves an engine that the user chose', () => {
    const environment: NodeJS.ProcessEnv = { PRISMA_SCHEMA_ENGINE_BINARY: '/opt/schema-engine' };

    usePortableSchemaEngine({ environment });

    expect(environment.PRISMA_SCHEMA_ENGINE_BINARY).toBe('/opt/schema-engine');
  });

  test('starts the engine where scripts do not start by themselves, as on Windows', async () => {
    // No PATH: the engine's first line finds no node.
    await using project = await createScratchProject({
      url: cluster.url('windows'),
      engineOptions: `{ platform: 'win32' }`,
      env: { PATH: '/nowhere' },
    });

    const result = await project.prisma('migrate', 'dev', '--name', 'init');

    expect(result.output).toContain('Your database is now in sync with your schema.');
  });
});

test('prisma studio starts', async () => {
  await using project = await createScratchProject({ url: cluster.url('postgres') });
  const port = await freePort();
  const studio = project.start('studio', '--browser', 'none', '--port', String(port));
  let page: Response | undefined;
  while (page === undefined) {
    page = await fetch(`http://localhost:${port}/`).catch(() => undefined);
    if (page === undefined) await delay(50);
  }

  expect(page.status).toBe(200);
  process.kill(-studio.pid, 'SIGTERM');
  const { output } = await studio.ended;
  expect(output).toContain(`Prisma Studio is running at: http://localhost:${port}`);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
