import { describe, expect, it, test } from '@jest/globals';
import { z } from 'zod';
import { defineEvent, EVENT_TYPES, EVENTS, type EventData, registerEvents } from './catalogue';
import { createEvent, readEventData } from './event';
import { eventSentence } from './eventSentence';

const risk = (data: Record<string, unknown>, message = 'x'): EventData<'risk_event_raised'> => ({
  riskEventId: 'r-1',
  accountId: 'paper',
  eventType: 'limit_breached',
  severity: 'info',
  message,
  data,
});

/** `{ n: { n: ... } }`, so many levels deep. */
function nested(levels: number): Record<string, unknown> {
  let data: Record<string, unknown> = {};
  for (let level = 1; level < levels; level += 1) data = { n: data };
  return data;
}

describe('data that could not be stored is refused when it is published', () => {
  const publish = (data: EventData<'risk_event_raised'>) =>
    createEvent('risk_event_raised', data, { service: 'risk' });

  test.each([
    ['a BigInt', risk({ n: 1n }), /data\.n: JSON has no bigint/],
    ['a function', risk({ n: () => 1 }), /data\.n: JSON has no function/],
    ['an infinite number', risk({ n: Number.POSITIVE_INFINITY }), /data\.n: a number must be finite/],
    ['6,000 levels', risk(nested(6_000)), /nested 100 levels deep at most/],
    ['a NUL', risk({}, 'a\0b'), /message: text must not have a NUL/],
    ['half of a surrogate pair', risk({ n: ['ok', '\ud83d'] }), /data\.n\.1: .*surrogate/],
    ['a field whose name has a NUL', risk({ 'n\0': 1 }), /the name of a field/],
    ['20 MB', risk({}, 'x'.repeat(20_000_000)), /16000000 characters at most/],
  ])('%s', (_what, data, problem) => {
    expect(() => publish(data)).toThrow(
      expect.objectContaining({ code: 'EVENTS.INVALID', message: expect.stringMatching(problem) }),
    );
  });

  it('and data that can be is not: 10 MB, 90 levels, pairs of surrogates', () => {
    expect(publish(risk(nested(90), '🙂'.repeat(5_000_000))).data.message).toHaveLength(10_000_000);
  });
});

describe('stored data of a newer program', () => {
  it('is read without the fields that this one does not know, at any depth', () => {
    const data = { ...risk({ kept: 1 }), addedLater: { x: 1 } };

    expect(readEventData('risk_event_raised', data)).toEqual({ data: risk({ kept: 1 }) });
  });

  it('is refused where anything else is wrong with it', () => {
    expect(readEventData('risk_event_raised', { ...risk({}), severity: 'odd', addedLater: 1 })).toMatchObject(
      {
        problems: [expect.stringContaining('severity'), expect.stringContaining('addedLater')],
      },
    );
  });
});

describe('a type that a package adds', () => {
  const rebalanced = defineEvent({
    version: 1,
    publishers: ['strategy'],
    summary: 'A portfolio was rebalanced.',
    key: (data) => data.portfolio,
    data: z.strictObject({ portfolio: z.string(), legs: z.array(z.strictObject({ symbol: z.string() })) }),
  });
  const add = (types: Record<string, unknown>) =>
    registerEvents(types as Parameters<typeof registerEvents>[0]);

  it('is published and read as those of the catalogue are, and may be added twice', () => {
    add({ portfolio_rebalanced: rebalanced });
    add({ portfolio_rebalanced: rebalanced });
    const type = 'portfolio_rebalanced' as 'alert_sent';
    const data = { portfolio: 'P', legs: [{ symbol: 'AAPL' }] };

    const event = createEvent(type, data as never, { service: 'strategy' });

    expect(event).toMatchObject({ type, version: 1, key: 'P', data });
    expect(readEventData(type, { ...data, legs: [{ symbol: 'AAPL', weight: 1 }] })).toEqual({ data });
    expect(eventSentence(event)).toBe('portfolio_rebalanced of P: A portfolio was rebalanced.');
    expect(EVENT_TYPES.filter((known) => known === type)).toHaveLength(1);
  });

  it.each([
    [{ alert_sent: rebalanced }, 'EVENTS.TYPE_TAKEN'],
    [{ 'Not A Name': rebalanced }, 'EVENTS.TYPE_INVALID'],
  ])('can not be %j: %s', (types, code) => {
    expect(() => add(types)).toThrow(expect.objectContaining({ code }));
    expect(EVENTS.alert_sent.publishers).toEqual(['notification']);
  });
});
