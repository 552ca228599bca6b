import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createExecutionClient } from '@trading/execution';
import { createRiskClient } from '@trading/risk';
import { createTestDatabase, type TestDatabase } from '@trading/testing';
import { createServicePool, inTransaction, prismaSql } from '../src';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database?.drop();
});

const LIMIT = { accountId: 'A', limitType: 'max_order_quantity', limitValue: '10' } as const;

describe('a scoped client', () => {
  it('reads and writes its own schema, with decimals as decimals', async () => {
    const client = createRiskClient({ url: database.serviceUrl('risk') });
    await client.riskLimit.create({ data: LIMIT });
    const limit = await client.riskLimit.findFirstOrThrow({ where: { accountId: 'A' } });
    expect({ value: limit.limitValue.toFixed(4), active: limit.active }).toEqual({
      value: '10.0000',
      active: true,
    });
    await client.$disconnect();
  });

  it("knows no other service's model", async () => {
    const client = createExecutionClient({ url: database.serviceUrl('execution') });
    // @ts-expect-error: another service's model is a compile error; the type check of this file proves it.
    expect(client.riskLimit).toBeUndefined();
    expect(Object.keys(client).filter((name) => /^[a-z]/.test(name))).toEqual(
      expect.arrayContaining(['order', 'trade', 'position']),
    );
    await client.$disconnect();
  });

  it("is refused by PostgreSQL when raw SQL reaches for another service's table", async () => {
    const client = createExecutionClient({ url: database.serviceUrl('execution') });
    await expect(client.$queryRaw`SELECT * FROM risk_management.risk_limits`).rejects.toMatchObject({
      name: 'TradingError',
      code: 'DATABASE.PERMISSION_DENIED',
    });
    await client.$disconnect();
  });

  it('throws typed errors for what the database refuses', async () => {
    const client = createRiskClient({ url: database.serviceUrl('risk') });
    const create = (accountId: string, limitValue: string) =>
      client.riskLimit.create({ data: { ...LIMIT, accountId, limitValue } });
    await create('B', '1');
    await expect(create('B', '1')).rejects.toMatchObject({
      code: 'DATABASE.UNIQUE_VIOLATION',
      kind: 'expected',
    });
    await expect(create('C', '-1')).rejects.toMatchObject({ code: 'DATABASE.CHECK_VIOLATION' });
    await expect(create('D', '1e17')).rejects.toMatchObject({ code: 'DATABASE.INVALID_VALUE' });
    await client.$disconnect();
  });

  it('says in the same way what is not there, and what is no query', async () => {
    const client = createExecutionClient({ url: database.serviceUrl('execution') });
    const absent = client.accountSeries.update({
      where: { accountId: 'nowhere' },
      data: { tradingSource: 'polygon' },
    });
    await expect(absent).rejects.toMatchObject({ code: 'DATABASE.NOT_FOUND', kind: 'expected' });
    // @ts-expect-error: the compiler refuses it; a program without types gets the error.
    const wrong = client.order.findMany({ where: { nonsense: 1 } });
    await expect(wrong).rejects.toMatchObject({ code: 'DATABASE.INVALID_QUERY', kind: 'bug' });
    await client.$disconnect();
  });

  it('shares one pool with SQL and COPY, and leaves it open', async () => {
    await using pool = createServicePool({
      url: database.serviceUrl('risk'),
      service: 'risk',
      max: 1,
    });
    const client = createRiskClient({ pool });
    await client.riskLimit.create({ data: { ...LIMIT, accountId: 'E' } });
    await client.$disconnect();
    const rows = await inTransaction(pool, (tx) =>
      tx.query(`SELECT account_id FROM risk_management.risk_limits WHERE account_id = 'E'`),
    );
    expect(rows).toEqual([{ account_id: 'E' }]);
  });

  it('lends its interactive transaction to SQL', async () => {
    const client = createRiskClient({ url: database.serviceUrl('risk') });
    const failing = client.$transaction(
      async (tx) => {
        await tx.riskLimit.create({ data: { ...LIMIT, accountId: 'F' } });
        const rows = await prismaSql(tx).query<{ account_id: string }>(
          'SELECT account_id FROM risk_management.risk_limits WHERE account_id = $1',
          ['F'],
        );
        expect(rows).toEqual([{ account_id: 'F' }]);
        await prismaSql(tx).query('SELECT 1 / 0');
      },
      // Prisma's own are seconds.
      { maxWait: 60_000, timeout: 60_000 },
    );
    await expect(failing).rejects.toMatchObject({ code: 'DATABASE.INVALID_VALUE' });
    expect(await client.riskLimit.count({ where: { accountId: 'F' } })).toBe(0);
    await client.$disconnect();
  });
});
