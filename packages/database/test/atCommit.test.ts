import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@trading/testing';
import { createServicePool, inTransaction, type LastStatement, poolSql, type ServicePool } from '../src';

const LIMIT = `INSERT INTO risk_management.risk_limits (account_id, limit_type, limit_value) VALUES ($1, 'max_order_quantity', $2)`;
const UNLIMIT = 'DELETE FROM risk_management.risk_limits WHERE account_id = $1';

const limit = (account: string, value: number): LastStatement => ({
  text: LIMIT,
  values: [account, value],
  name: 'limit',
});
const unlimit = (account: string): LastStatement => ({ text: UNLIMIT, values: [account], name: 'unlimit' });

describe('a statement that is kept for the commit', () => {
  let database: TestDatabase;
  /** One connection, so that each transaction meets what the one before left on it. */
  let pool: ServicePool;
  beforeEach(async () => {
    database = await createTestDatabase();
    pool = createServicePool({ url: database.serviceUrl('risk'), service: 'risk', max: 1 });
  });
  afterEach(async () => {
    await pool?.end();
    await database?.drop();
  });

  const accounts = async () => {
    const rows = await poolSql(pool).query<{ account_id: string }>(
      'SELECT account_id FROM risk_management.risk_limits ORDER BY id',
    );
    return rows.map(({ account_id }) => account_id);
  };
  const keep = (...statements: LastStatement[]) =>
    inTransaction(pool, async (tx) => {
      for (const statement of statements) tx.atCommit?.(statement);
    });
  const preparedAtServer = async () => {
    const rows = await poolSql(pool).query<{ name: string }>(
      'SELECT name FROM pg_prepared_statements ORDER BY name',
    );
    return rows.map(({ name }) => name);
  };

  it('comes after all others, in order, and commits with them', async () => {
    await inTransaction(pool, async (tx) => {
      for (const account of ['C', 'D']) tx.atCommit?.(limit(account, 10));
      for (const account of ['A', 'B']) await tx.query(LIMIT, [account, '10']);
    });

    expect(await accounts()).toEqual(['A', 'B', 'C', 'D']);
  });

  it('is prepared once a connection, one name a commit, whatever else uses the name', async () => {
    await keep(limit('A', 1), unlimit('A'), limit('B', 2));
    expect(await preparedAtServer()).toEqual(['limit']);
    await keep(limit('C', 3), unlimit('B'));
    expect(await preparedAtServer()).toEqual(['limit', 'unlimit']);
    await poolSql(pool).query(UNLIMIT, ['C'], 'unlimit');
    await keep(unlimit('nobody'), limit('D', 4));

    expect(await accounts()).toEqual(['D']);
    expect(await preparedAtServer()).toEqual(['commit', 'limit', 'unlimit']);
  });

  it.each([
    ['the first', [limit('B', -1), unlimit('C')]],
    ['the last', [unlimit('C'), limit('B', -1)]],
    ['one that is prepared', [limit('D', 1), limit('B', -1), limit('E', 1)]],
  ])('fails the transaction where %s fails, and leaves a connection that works', async (_, statements) => {
    await expect(
      inTransaction(pool, async (tx) => {
        for (const statement of statements) tx.atCommit?.(statement);
        await tx.query(LIMIT, ['A', '10']);
      }),
    ).rejects.toMatchObject({ code: 'DATABASE.CHECK_VIOLATION', details: { sqlState: '23514' } });
    expect(await accounts()).toEqual([]);

    await keep(limit('F', 1), limit('G', 1), unlimit('F'));
    await keep(unlimit('nobody'), limit('H', 1));
    expect(await accounts()).toEqual(['G', 'H']);
  });

  it('fails where the server does not know what it says, however often', async () => {
    const unknown: LastStatement = { text: 'INSERT INTO nowhere VALUES (1)', values: [], name: 'unknown' };
    for (let attempt = 0; attempt < 2; attempt += 1)
      await expect(keep(unknown)).rejects.toMatchObject({ details: { sqlState: '42P01' } });

    await keep(limit('A', 1));
    expect(await accounts()).toEqual(['A']);
  });

  it('is not run where a statement before it had failed and nobody said so', async () => {
    const hiding = inTransaction(pool, async (tx) => {
      await tx.query('SELECT 1 / 0').catch(() => 'hidden');
      tx.atCommit?.(limit('A', 1));
    });

    await expect(hiding).rejects.toMatchObject({ code: 'DATABASE.TRANSACTION_ABORTED', kind: 'bug' });
    expect(await accounts()).toEqual([]);
  });

  it('says that the database is away where its connection ends', async () => {
    const cut = inTransaction(pool, async (tx) => {
      tx.atCommit?.({ text: 'SELECT pg_terminate_backend(pg_backend_pid())', values: [], name: 'end' });
      await tx.query(LIMIT, ['A', '10']);
    });

    await expect(cut).rejects.toMatchObject({ code: 'DATABASE.UNAVAILABLE', transient: true });
    expect(await accounts()).toEqual([]);
  });
});
