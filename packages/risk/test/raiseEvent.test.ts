import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createServicePool, type ServicePool } from '@trading/database';
import { type Desk, openDesk } from './desk';

let desk: Desk;
let execution: ServicePool;
beforeAll(async () => {
  desk = await openDesk();
  execution = createServicePool({ url: desk.database.serviceUrl('execution'), service: 'execution', max: 2 });
});
afterAll(async () => {
  await execution?.end();
  await desk?.[Symbol.asyncDispose]();
});

/** Raises an event as one of the roles that may. */
async function raise(pool: ServicePool, id: string, message = 'm', accountId = 'A'): Promise<boolean> {
  const { rows } = await pool.query<{ raised: boolean }>(
    `SELECT risk_management.raise_event($1, $2, 'limit_breached', 'critical', $3, '{}', now(), 'c', NULL) AS raised`,
    [id, accountId, message],
  );
  return rows[0]?.raised ?? false;
}

const published = async (like: string) =>
  (
    await desk.owner.query<{ id: string; version: number; key: string }>(
      `SELECT data ->> 'riskEventId' AS id, version, event_id::text AS key FROM event_bus.outbox
        WHERE event_type = 'risk_event_raised' AND data ->> 'riskEventId' LIKE $1 ORDER BY xid, id`,
      [like],
    )
  ).rows;

it('is published whatever execution wrote under its id beforehand', async () => {
  for (let id = 1; id <= 3; id += 1) await raise(execution, `kill_switch_set-${id}`, 'nothing to see');

  await desk.risk.killSwitches.kill({ scope: 'account', target: 'Z' }, { reason: 'fat finger', by: 'ann' });

  expect((await published('%kill_switch_set-%')).map(({ id }) => id)).toEqual([
    'execution:kill_switch_set-1',
    'execution:kill_switch_set-2',
    'execution:kill_switch_set-3',
    'kill_switch_set-1',
  ]);
});

it('happens once for an id; another event under a taken id is an error', async () => {
  expect([await raise(desk.riskPool, 'once'), await raise(desk.riskPool, 'once')]).toEqual([true, false]);

  await expect(raise(desk.riskPool, 'once', 'something else')).rejects.toMatchObject({ code: '23505' });
  await expect(raise(desk.riskPool, 'once', 'm', 'B')).rejects.toMatchObject({ code: '23505' });
  expect(await published('once')).toEqual([
    { id: 'once', version: 1, key: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/) },
  ]);
});

it('takes a long id by its hash, so that two that begin alike stay two', async () => {
  const long = 'x'.repeat(99);

  expect([await raise(execution, `${long}1`), await raise(execution, `${long}2`)]).toEqual([true, true]);
});
