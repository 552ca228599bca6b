import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { grantsSql, SERVICE_NAMES, SERVICES } from '@trading/database';
import { repositoryRoot } from '@trading/testing';
import type { Client } from 'pg';
import { type Checkout, makeCheckout, sampleDays } from './checkout';
import { asSuperuser } from './superuser';

const MIGRATIONS = join(repositoryRoot(), 'prisma/migrations');
const [BASELINE = '', ...LATER] = readdirSync(MIGRATIONS)
  .filter((name) => /^\d/.test(name))
  .sort();

/** Enough for a position, closed trades, a working stop and figures of many days. */
const DAYS = 120;

/** What became of a migration on a database with rows. */
interface Applied {
  readonly name: string;
  /** The error of the migration, where it could not be applied. */
  readonly failure?: string;
  /** What `trading verify` finds: a book that doesn't follow from the trades any more. */
  readonly differences: readonly unknown[];
  /** Rights that neither the isolation matrix nor the baseline gives. */
  readonly beyond: readonly string[];
}

/** A database at the baseline that has traded. */
async function tradedCheckout(): Promise<Checkout> {
  const checkout = makeCheckout();
  const folder = join(checkout.root, 'prisma/migrations');
  // A folder of its own, where the checkout has a link to all migrations.
  rmSync(folder);
  mkdirSync(folder);
  cpSync(join(MIGRATIONS, 'migration_lock.toml'), join(folder, 'migration_lock.toml'));
  cpSync(join(MIGRATIONS, BASELINE), join(folder, BASELINE), { recursive: true });
  const csv = checkout.file('aapl.csv', sampleDays(DAYS));
  const { code, stdout } = await checkout.trading(
    'demo',
    '--no-redis',
    '--json',
    '--symbol',
    'AAPL',
    '--csv',
    csv,
  );
  expect({ code, trades: JSON.parse(stdout).summary?.trades > 1 }).toEqual({ code: 0, trades: true });
  return checkout;
}

const rolesAndPublic = [...SERVICE_NAMES.map((service) => SERVICES[service].role), 'PUBLIC'];

/** Every right of the services' roles and of everybody on schemas, tables, columns, sequences and functions of ours. */
async function rightsIn(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ granted: string }>(
    `SELECT g.role || ' ' || lower(g.privilege) || ' ' || g.object AS granted
       FROM (
         SELECT a.grantee, a.privilege_type AS privilege, 'schema ' || n.nspname AS object, n.nspname
           FROM pg_namespace n CROSS JOIN aclexplode(n.nspacl) a
         UNION ALL
         SELECT a.grantee, a.privilege_type, c.oid::regclass::text, n.nspname
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN aclexplode(c.relacl) a
          WHERE NOT c.relispartition
         UNION ALL
         SELECT a.grantee, a.privilege_type, c.oid::regclass::text || '.' || t.attname, n.nspname
           FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
          CROSS JOIN aclexplode(t.attacl) a
         UNION ALL
         SELECT a.grantee, a.privilege_type, p.oid::regprocedure::text, n.nspname
           FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
          CROSS JOIN aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
       ) AS r
       CROSS JOIN LATERAL (
         SELECT CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END AS role, r.privilege, r.object
       ) AS g
      WHERE g.role = ANY ($1::text[]) AND r.nspname = ANY ($2::text[])
      ORDER BY 1`,
    [
      rolesAndPublic,
      [...SERVICE_NAMES.map((service) => SERVICES[service].schema), 'market_data_partitions', 'public'],
    ],
  );
  return rows.map(({ granted }) => granted);
}

/** The rights as the matrix gives them: it takes all away and gives them anew, in a transaction that comes to nothing. */
async function rightsOfMatrix(client: Client): Promise<string[]> {
  await client.query('BEGIN');
  try {
    await client.query(grantsSql());
    return await rightsIn(client);
  } finally {
    await client.query('ROLLBACK');
  }
}

describe('migrations on a database that has traded', () => {
  let checkout: Checkout;
  let atBaseline: string[];

  beforeAll(async () => {
    checkout = await tradedCheckout();
    atBaseline = await asSuperuser(checkout, rightsIn);
  });
  afterAll(async () => {
    await checkout?.[Symbol.asyncDispose]();
  });

  /** Applies one migration as a user's `trading up` does, and looks at the books and the rights afterwards. */
  async function apply(name: string, sql: string): Promise<Applied> {
    const folder = join(checkout.root, 'prisma/migrations', name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'migration.sql'), sql);
    const { code, stdout } = await checkout.trading('up', '--no-redis', '--json');
    const failure = code === 0 ? {} : { failure: JSON.parse(stdout).error?.message as string };
    const { differences } = JSON.parse((await checkout.trading('verify', '--json')).stdout);
    const beyond = await asSuperuser(checkout, async (client) => {
      const known = new Set([...(await rightsOfMatrix(client)), ...atBaseline]);
      return (await rightsIn(client)).filter((right) => !known.has(right));
    });
    return { name, ...failure, differences, beyond };
  }

  /** Takes a migration of a test back, which no later one is to build on. */
  async function undo(name: string, sql: string): Promise<void> {
    rmSync(join(checkout.root, 'prisma/migrations', name), { recursive: true });
    await asSuperuser(checkout, async (client) => {
      await client.query(sql);
      await client.query('DELETE FROM public._prisma_migrations WHERE migration_name = $1', [name]);
    });
  }

  it('leave the books and the rights as they have to be, each of them and all together', async () => {
    const applied = [];
    for (const name of LATER)
      applied.push(await apply(name, readFileSync(join(MIGRATIONS, name, 'migration.sql'), 'utf8')));

    expect(applied).toEqual(LATER.map((name) => ({ name, differences: [], beyond: [] })));
    const [found, declared] = await asSuperuser(checkout, async (client) => [
      await rightsIn(client),
      await rightsOfMatrix(client),
    ]);
    expect(found).toEqual(declared);
  });

  it('may add a column to a table with rows and fill it', async () => {
    const name = '29990101000000_good';
    const applied = await apply(
      name,
      `SET lock_timeout = '5s';
       ALTER TABLE execution.trades ADD COLUMN venue TEXT NOT NULL DEFAULT 'paper';
       ALTER TABLE analytics.performance_metrics ADD COLUMN origin TEXT;
       UPDATE analytics.performance_metrics SET origin = 'computed';`,
    );
    await undo(
      name,
      `ALTER TABLE execution.trades DROP COLUMN IF EXISTS venue;
       ALTER TABLE analytics.performance_metrics DROP COLUMN IF EXISTS origin`,
    );

    expect(applied).toEqual({ name, differences: [], beyond: [] });
  });

  it('are caught where they give a right that the matrix does not have', async () => {
    const name = '29990101000001_right';
    const applied = await apply(name, 'GRANT SELECT ON execution.orders TO trading_notification');
    await undo(name, 'REVOKE SELECT ON execution.orders FROM trading_notification');

    expect(applied).toEqual({
      name,
      differences: [],
      beyond: ['trading_notification select execution.orders'],
    });
  });

  it('are caught where the books do not follow from the trades afterwards', async () => {
    const name = '29990101000002_books';
    const applied = await apply(
      name,
      `ALTER TABLE execution.positions DISABLE TRIGGER USER;
       UPDATE execution.positions SET realized_pnl = realized_pnl + 1;
       ALTER TABLE execution.positions ENABLE TRIGGER USER`,
    );
    await undo(
      name,
      `ALTER TABLE execution.positions DISABLE TRIGGER USER;
       UPDATE execution.positions SET realized_pnl = realized_pnl - 1;
       ALTER TABLE execution.positions ENABLE TRIGGER USER`,
    );

    expect(applied).toMatchObject({ name, beyond: [] });
    expect(applied.differences).toContainEqual(expect.objectContaining({ what: 'position', symbol: 'AAPL' }));
  });

  it('are caught where only an empty table could bear them', async () => {
    const name = '29990101000003_empty';
    const applied = await apply(name, 'ALTER TABLE execution.trades ADD COLUMN venue TEXT NOT NULL');
    await undo(name, 'SELECT 1');

    expect(applied).toMatchObject({
      name,
      failure: expect.stringContaining('column "venue" of relation "trades" contains null values'),
      differences: [],
      beyond: [],
    });
  });
});
