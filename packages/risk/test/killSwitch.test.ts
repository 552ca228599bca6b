import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Desk, openDesk } from './desk';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(async () => {
  await desk[Symbol.asyncDispose]();
});

describe('the kill switch', () => {
  it.each([
    [{ scope: 'all' } as const],
    [{ scope: 'account', target: 'A' } as const],
    [{ scope: 'strategy', target: 'sma' } as const],
    [{ scope: 'symbol', target: 'AAPL' } as const],
  ])('stops %p from its commit on, and lets it go on again', async (target) => {
    await desk.hold('A', '10');
    await desk.risk.killSwitches.kill(target, { reason: 'fat finger', by: 'ann' });
    expect(await desk.ask({ quantity: '1', strategyId: 'sma' })).toMatchObject({
      outcome: 'denied',
      limit: 'kill_switch',
    });
    expect(await desk.ask({ side: 'sell', quantity: '5', strategyId: 'sma' })).toMatchObject({
      outcome: 'allowed',
    });
    expect(await desk.refusal('A')).toBeNull();
    expect(await desk.risk.killSwitches.resume(target, { by: 'bob' })).toBe(true);
    expect(await desk.risk.killSwitches.resume(target, { by: 'bob' })).toBe(false);
    expect(await desk.ask({ quantity: '2', strategyId: 'sma' })).toMatchObject({ outcome: 'allowed' });
  });

  it('says who set it and why in a denial, and keeps every one that ever was', async () => {
    await desk.risk.killSwitches.kill({ scope: 'account', target: 'A' }, { reason: 'fat finger', by: 'ann' });
    expect(await desk.ask({ quantity: '1' })).toMatchObject({
      reason: 'kill switch (account A, reduce_only) set by ann: fat finger',
    });
    await desk.risk.killSwitches.kill(
      { scope: 'account', target: 'A' },
      { level: 'halt', reason: 'worse', by: 'bob' },
    );
    expect((await desk.risk.killSwitches.list()).map(({ level, setBy }) => [level, setBy])).toEqual([
      ['halt', 'bob'],
    ]);
    expect(
      (await desk.risk.killSwitches.list({ history: true })).map(({ setBy, liftedBy }) => [setBy, liftedBy]),
    ).toEqual([
      ['bob', null],
      ['ann', 'bob'],
    ]);
    expect(
      (await desk.risk.events.list()).map(({ eventType, severity }) => [eventType, severity]),
    ).toContainEqual(['kill_switch_set', 'critical']);
  });

  it('halts even what reduces, and cancels, where it is a halt', async () => {
    await desk.hold('A', '10');
    await desk.risk.killSwitches.kill({ scope: 'all' }, { level: 'halt', reason: 'broker down', by: 'ann' });
    expect(await desk.ask({ side: 'sell', quantity: '5' })).toMatchObject({
      outcome: 'denied',
      limit: 'kill_switch',
    });
    expect(await desk.refusal('A')).toBe('kill switch (all): halted by ann: broker down');
  });

  it('touches nobody else', async () => {
    await desk.risk.killSwitches.kill({ scope: 'account', target: 'B' }, { reason: 'x', by: 'ann' });
    await desk.risk.killSwitches.kill({ scope: 'symbol', target: 'MSFT' }, { reason: 'x', by: 'ann' });
    expect(await desk.ask({ quantity: '1' })).toMatchObject({ outcome: 'allowed' });
  });

  it('wants a reason and a name', async () => {
    await expect(async () =>
      desk.risk.killSwitches.kill({ scope: 'all' }, { reason: ' ', by: 'ann' }),
    ).rejects.toMatchObject({
      code: 'RISK.INVALID_KILL_SWITCH',
      details: { field: 'reason' },
    });
    const by = 'x'.repeat(101);
    const tooLong = { code: 'RISK.INVALID_KILL_SWITCH', details: { field: 'by', value: by } };
    await expect(async () =>
      desk.risk.killSwitches.kill({ scope: 'all' }, { reason: 'x', by }),
    ).rejects.toMatchObject(tooLong);
    await expect(async () => desk.risk.killSwitches.resume({ scope: 'all' }, { by })).rejects.toMatchObject(
      tooLong,
    );
    await desk.risk.killSwitches.kill({ scope: 'all' }, { reason: 'x', by: '\u{1F642}'.repeat(100) });
  });
});
