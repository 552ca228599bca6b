import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findFreePort } from '@trading/local';
import { enginePath, usePortableSchemaEngine } from '@trading/schema-engine';
import { until } from '@trading/testing';
import { createScratchProject, type RunningCommand, type ScratchProject } from './scratchProject';
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
  const { studio, port } = await startStudio(project);

  const page = await fetch(`http://localhost:${port}/`);

  expect(page.status).toBe(200);
  // Unread, it would keep the connection busy, and Studio waiting for it.
  await page.text();
  process.kill(-studio.pid, 'SIGTERM');
  await studio.ended;
});

/** Studio, once it says that it runs; another program may take its port on the way, then it gets another one. */
async function startStudio(project: ScratchProject): Promise<{ studio: RunningCommand; port: number }> {
  for (;;) {
    const port = await findFreePort();
    const studio = project.start('studio', '--browser', 'none', '--port', String(port));
    let ended = false;
    studio.ended.then(() => {
      ended = true;
    });
    const running = () => studio.printed().includes(`Prisma Studio is running at: http://localhost:${port}`);
    await until('studio to run, or to end', () => running() || ended);
    if (running()) return { studio, port };
    expect(studio.printed()).toContain('in use');
  }
}
