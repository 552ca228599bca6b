import { expect, test } from '@jest/globals';
import { EVENTS } from '@trading/model';
import { readRecord } from './recordedEvent';
import { upcast } from './upcasters';

const steps = {
  1: (data: unknown) => ({ ...(data as object), second: true }),
  2: (data: unknown) => ({ ...(data as object), third: true }),
};

test('data goes through every step from its version to the current one', () => {
  expect(upcast(steps, 1, 3, { first: true })).toEqual({ data: { first: true, second: true, third: true } });
  expect(upcast(steps, 2, 3, {})).toEqual({ data: { third: true } });
  expect(upcast(steps, 3, 3, {})).toEqual({ data: {} });
});

test('a missing step, and a version that is newer than the program, are not guessed at', () => {
  expect(upcast({ 2: steps[2] }, 1, 3, {})).toBeUndefined();
  expect(upcast(undefined, 1, 2, {})).toBeUndefined();
  expect(upcast(steps, 4, 3, {})).toBeUndefined();
});

const record = {
  id: '017f22e2-79b0-7000-8000-000000000000',
  type: 'alert_sent',
  service: 'notification',
  key: 'a',
  correlationId: 'c',
  causationId: null,
  occurredAt: '2017-05-12T20:00:00.000Z',
};
const data = {
  alertId: 'a',
  eventId: '017f22e2-79b0-7000-8000-000000000001',
  eventType: 'order_updated',
  channel: 'log',
  message: 'm',
};

test('an event of the version before is read through its upcaster, and is then one of the current version', () => {
  const { channel, ...old } = data;
  const upcasters = { alert_sent: { 0: (before: unknown) => ({ ...(before as object), channel: 'log' }) } };

  const event = readRecord({ ...record, version: 0, data: old }, upcasters);

  expect(event).toMatchObject({ version: EVENTS.alert_sent.version, data: { ...data, channel } });
});

test.each([
  ['of a newer version', { version: 9, data }, 'EVENTS.UNKNOWN_VERSION'],
  ['of an older version with no upcaster', { version: 0, data }, 'EVENTS.UNKNOWN_VERSION'],
  [
    'of a type that is not in the catalogue',
    { type: 'moon_landed', version: 1, data },
    'EVENTS.UNKNOWN_TYPE',
  ],
  ['that breaks its schema', { version: 1, data: { ...data, message: 7 } }, 'EVENTS.INVALID'],
])('an event %s is not handled', (_what, parts, code) => {
  expect(() => readRecord({ ...record, ...parts })).toThrow(expect.objectContaining({ code }));
});
