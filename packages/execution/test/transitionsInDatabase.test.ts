import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createServicePool, type ServicePool } from '@trading/database';
import { ORDER_STATUSES } from '@trading/model';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import { TRANSITIONS } from '../src';

let database: TestDatabase;
let owner: ServicePool;
beforeAll(async () => {
  database = await createTestDatabase();
  owner = createServicePool({ url: database.ownerUrl, service: 'execution', max: 1, waitMs: PATIENCE_MS });
});
afterAll(async () => {
  await owner?.end();
  await database?.drop();
});

/** An order of 10 that is consistent in each state. */
const FILLED: Readonly<Record<string, number>> = { filled: 10, partially_filled: 5 };

it('the database allows exactly the moves of the transition table', async () => {
  const wrong: string[] = [];
  for (const from of ORDER_STATUSES) {
    for (const to of ORDER_STATUSES) {
      if (from === to) continue;
      const client = await owner.connect();
      await client.query('BEGIN');
      await client.query(
        `INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, quantity, decided_at, trading_source, status, filled_quantity, avg_fill_price)
         VALUES ('o', 'A', 'S', 'buy', 'market', 10, now(), 'yahoo', $1::execution.order_status, $2::numeric, CASE WHEN $2::numeric > 0 THEN 1 END)`,
        [from, FILLED[from] ?? 0],
      );
      const moved = await client
        .query(
          `UPDATE execution.orders SET status = $1::execution.order_status, filled_quantity = $2::numeric,
                  avg_fill_price = CASE WHEN $2::numeric > 0 THEN 1 END WHERE order_id = 'o'`,
          [to, FILLED[to] ?? 0],
        )
        .then(
          () => true,
          () => false,
        );
      await client.query('ROLLBACK');
      client.release();
      if (moved !== TRANSITIONS[from].includes(to)) wrong.push(`${from} -> ${to}: ${moved}`);
    }
  }
  expect(wrong).toEqual([]);
});
