import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findFreePort, withConnection } from '@trading/local';
import { repositoryRoot, runFolder, startTestServer, until } from '@trading/testing';
import { createPrefectClient, createPrefectServer, PREFECT_VERSION, type PrefectClient } from '../src/index';
import { ensurePythonEnvironment } from '../src/server/pythonEnvironment';
import { runProgram } from '../src/server/runProgram';
import { serverEnvironment } from '../src/server/serverSettings';

/** The first of its line: the later ones of it changed the schema. */
const OLDER = '3.4.0';
const AUTH = 'trading:an-older-server';

/** A Prefect of an earlier release. */
interface OlderPrefect extends AsyncDisposable {
  readonly client: PrefectClient;
}

/** Starts one on a database. Only Prefect itself is of that release; what is below it is the environment's. */
async function startOlder(environmentFolder: string, databaseUrl: string): Promise<OlderPrefect> {
  const folder = join(runFolder(), `prefect-${OLDER}`);
  mkdirSync(folder);
  const { python } = await ensurePythonEnvironment({ home: environmentFolder, env: process.env });
  const install = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-input',
    '--no-deps',
  ];
  const installed = await runProgram(python, [...install, '--target', folder, `prefect==${OLDER}`], {
    env: process.env,
  });
  expect(installed).toMatchObject({ code: 0 });
  const port = await findFreePort();
  const env = {
    ...serverEnvironment(process.env, {
      home: folder,
      databaseUrl,
      authString: AUTH,
      host: '127.0.0.1',
      port,
    }),
    PYTHONPATH: folder,
  };
  const child = spawn(
    python,
    ['-m', 'prefect', 'server', 'start', '--host', '127.0.0.1', '--port', String(port)],
    { env, cwd: folder, stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  const client = createPrefectClient({
    apiUrl: `http://127.0.0.1:${port}/api`,
    auth: { kind: 'basic', authString: AUTH },
    timeoutMs: 90_000,
    attempts: 1,
  });
  // Its first start migrates its database.
  await until('the older Prefect', async () => child.exitCode !== null || (await client.healthy()));
  expect(child.exitCode).toBeNull();
  return {
    client,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** All that is defined in a database, and who may do what with it, a line each. */
const DEFINITIONS = `
  SELECT format('%s %s.%s owner %s rights %s', c.relkind, n.nspname, c.relname, c.relowner::regrole, c.relacl) AS line
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  UNION ALL
  SELECT format('column %s.%s %s %s not null %s', attrelid::regclass, attname, atttypid::regtype, atttypmod, attnotnull)
    FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE attnum > 0 AND NOT attisdropped AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  UNION ALL
  SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE conrelid <> 0
  UNION ALL
  SELECT format('index %s', pg_get_indexdef(indexrelid)) FROM pg_index JOIN pg_class c ON c.oid = indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT LIKE 'pg\\_%'
  UNION ALL
  SELECT format('trigger %s', pg_get_triggerdef(oid)) FROM pg_trigger
  UNION ALL
  SELECT format('function %s rights %s', pg_get_functiondef(p.oid), proacl) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
   WHERE prokind IN ('f', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  UNION ALL
  SELECT format('extension %s %s', extname, extversion) FROM pg_extension
  UNION ALL
  SELECT format('migration %s %s', migration_name, finished_at) FROM public._prisma_migrations
  ORDER BY 1`;

describe('upgrading Prefect', () => {
  it('needs nothing from us: its migrations run in its own database, its objects stay, ours are as they were', async () => {
    await using postgres = await startTestServer();
    const { prefectUrl, adminUrl } = postgres.connection;
    const tradingUrl = new URL(adminUrl);
    tradingUrl.pathname = '/trading_system';
    const definitions = () =>
      withConnection(tradingUrl.href, async (client) =>
        (await client.query<{ line: string }>(DEFINITIONS)).rows.map(({ line }) => line),
      );
    const revision = () =>
      withConnection(
        prefectUrl,
        async (client) =>
          (await client.query<{ version_num: string }>('SELECT version_num FROM alembic_version')).rows,
      );
    const environmentFolder = join(repositoryRoot(), '.trading', 'prefect');
    const ours = await definitions();
    expect(ours.length).toBeGreaterThan(500);
    let flowRunId: string;
    {
      await using older = await startOlder(environmentFolder, prefectUrl);
      expect(await older.client.version()).toBe(OLDER);
      const { id } = await older.client.flows.ensure('kept');
      const run = await older.client.flowRuns.create({
        flowId: id,
        state: { type: 'PENDING', name: 'Pending' },
      });
      flowRunId = run.id;
    }
    const before = await revision();

    const server = createPrefectServer({
      folder: join(runFolder(), 'upgraded-prefect'),
      environmentFolder,
      databaseUrl: prefectUrl,
      env: process.env,
    });
    const { version, connection } = await server.start();

    try {
      expect(version).toBe(PREFECT_VERSION);
      expect(await revision()).not.toEqual(before);
      expect(await createPrefectClient(connection).flowRuns.byId(flowRunId)).toMatchObject({
        state_name: 'Pending',
      });
      expect(await definitions()).toEqual(ours);
    } finally {
      await server.stop();
    }
  }, 900_000);
});
