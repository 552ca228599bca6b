import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createExecutionClient } from '@trading/execution';
import { createTestDatabase, type TestDatabase } from '@trading/testing';
import { createServicePool, inTransaction, prismaSql } from '../src';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database?.drop();
});

const ORDER = {
  orderId: 'O-1',
  accountId: 'A',
  symbol: 'AAPL',
  side: 'buy',
  orderType: 'market',
  quantity: '10',
  decidedAt: new Date(0),
} as const;

describe('a scoped client', () => {
  it('reads and writes its own schema, with decimals as decimals', async () => {
    const client = createExecutionClient({ url: database.serviceUrl('execution') });
    await client.order.create({ data: ORDER });
    const order = await client.order.findUniqueOrThrow({ where: { orderId: 'O-1' } });
    expect({ quantity: order.quantity.toFixed(4), status: order.status }).toEqual({
      quantity: '10.0000',
      status: 'pending',
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
    const client = createExecutionClient({ url: database.serviceUrl('execution') });
    const create = (orderId: string, quantity: string) =>
      client.order.create({ data: { ...ORDER, orderId, quantity } });
    await create('O-2', '1');
    await expect(create('O-2', '1')).rejects.toMatchObject({
      code: 'DATABASE.UNIQUE_VIOLATION',
      kind: 'expected',
    });
    await expect(create('O-3', '-1')).rejects.toMatchObject({ code: 'DATABASE.CHECK_VIOLATION' });
    await expect(create('O-4', '100000000000')).rejects.toMatchObject({ code: 'DATABASE.INVALID_VALUE' });
    await client.$disconnect();
  });

  it('says in the same way what is not there, and what is no query', async () => {
    const client = createExecutionClient({ url: database.serviceUrl('execution') });
    const absent = client.order.update({ where: { orderId: 'nowhere' }, data: { reason: 'x' } });
    await expect(absent).rejects.toMatchObject({ code: 'DATABASE.NOT_FOUND', kind: 'expected' });
    // @ts-expect-error: the compiler refuses it; a program without types gets the error.
    const wrong = client.order.findMany({ where: { nonsense: 1 } });
    await expect(wrong).rejects.toMatchObject({ code: 'DATABASE.INVALID_QUERY', kind: 'bug' });
    await client.$disconnect();
  });

  it('shares one pool with SQL and COPY, and leaves it open', async () => {
    await using pool = createServicePool({
      url: database.serviceUrl('execution'),
      service: 'execution',
      max: 1,
    });
    const client = createExecutionClient({ pool });
    await client.order.create({ data: { ...ORDER, orderId: 'O-5' } });
    await client.$disconnect();
    const rows = await inTransaction(pool, (tx) =>
      tx.query(`SELECT order_id FROM execution.orders WHERE order_id = 'O-5'`),
    );
    expect(rows).toEqual([{ order_id: 'O-5' }]);
  });

  it('lends its interactive transaction to SQL', async () => {
    const client = createExecutionClient({ url: database.serviceUrl('execution') });
    const failing = client.$transaction(
      async (tx) => {
        await tx.order.create({ data: { ...ORDER, orderId: 'O-6' } });
        const rows = await prismaSql(tx).query<{ order_id: string }>(
          'SELECT order_id FROM execution.orders WHERE order_id = $1',
          ['O-6'],
        );
        expect(rows).toEqual([{ order_id: 'O-6' }]);
        await prismaSql(tx).query('SELECT 1 / 0');
      },
      // Prisma's own are seconds.
      { maxWait: 60_000, timeout: 60_000 },
    );
    await expect(failing).rejects.toMatchObject({ code: 'DATABASE.INVALID_VALUE' });
    expect(await client.order.count({ where: { orderId: 'O-6' } })).toBe(0);
    await client.$disconnect();
  });
});
