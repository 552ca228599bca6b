import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { closedReason, isSession, lastSession, sessionOf, sessionOn, sessionsBetween } from './xnys';

/** Closures and early closes as another project keeps them (Python's exchange_calendars 4.13, XNYS). */
const INDEPENDENT = JSON.parse(readFileSync(join(__dirname, '../../test/fixtures/xnys.json'), 'utf8')) as {
  from: string;
  to: string;
  closures: string[];
  earlyCloses: string[];
};

/** The days with a trade in the real AAPL history. */
const TRADED = readFileSync(require.resolve('@observablehq/sample-datasets/aapl.csv'), 'utf8')
  .split('\n')
  .slice(1)
  .flatMap((line) => (line === '' ? [] : [line.slice(0, 10)]));

describe('the calendar of XNYS', () => {
  test('is the same as the one that others keep, for 35 years', () => {
    const { from, to } = INDEPENDENT;
    const sessions = sessionsBetween(from, to);
    const open = new Set(sessions.map(({ date }) => date));
    const closed: string[] = [];
    for (let day = Date.parse(from); day <= Date.parse(to); day += 86_400_000) {
      const date = new Date(day).toISOString().slice(0, 10);
      if (![0, 6].includes(new Date(day).getUTCDay()) && !open.has(date)) closed.push(date);
    }
    expect(closed).toEqual(INDEPENDENT.closures);
    expect(sessions.filter(({ early }) => early).map(({ date }) => date)).toEqual(INDEPENDENT.earlyCloses);
  });

  test('has a session for each day that AAPL traded, and no other', () => {
    expect(sessionsBetween(TRADED.at(0) ?? '', TRADED.at(-1) ?? '').map(({ date }) => date)).toEqual(TRADED);
  });

  test.each(['2001-09-11', '2012-10-29', '2018-12-05', '2025-01-09'])(
    'knows that it was closed on %s',
    (date) => {
      expect(isSession(date)).toBe(false);
    },
  );

  test('opens and closes by New York’s clock', () => {
    expect(sessionOf('2024-07-03')).toEqual({
      date: '2024-07-03',
      open: new Date('2024-07-03T13:30:00Z'),
      close: new Date('2024-07-03T17:00:00Z'),
      early: true,
    });
    expect(sessionOf('2024-12-02')?.close).toEqual(new Date('2024-12-02T21:00:00Z'));
    expect(sessionOf('2024-12-01')).toBeUndefined();
  });

  test('tells the session of a moment’s date, and nothing where there is none or none is known', () => {
    expect(sessionOn(new Date('2024-07-04T01:00:00Z'))?.date).toBe('2024-07-03');
    expect(sessionOn(new Date('2024-07-04T15:00:00Z'))).toBeUndefined();
    expect(sessionOn(new Date('1992-12-31T15:00:00Z'))).toBeUndefined();
  });

  test('says that it does not know the time before it begins', () => {
    expect(() => isSession('1992-12-31')).toThrow(expect.objectContaining({ code: 'MODEL.NO_CALENDAR' }));
  });

  test.each([
    ['2024-03-29', 'Good Friday'],
    ['2023-01-02', "New Year's Day"],
    ['2020-07-03', 'Independence Day'],
    ['2022-06-20', 'Juneteenth'],
    ['2025-01-09', 'mourning for Jimmy Carter'],
    ['2025-11-22', 'Saturday'],
    ['2025-11-23', 'Sunday'],
  ])('tells why it is closed on %s: %s', (date, reason) => {
    expect(closedReason(date)).toBe(reason);
  });

  test('finds the last session before a long weekend', () => {
    expect(lastSession('2025-01-20')).toBe('2025-01-17');
    expect(lastSession('2025-01-17')).toBe('2025-01-17');
  });
});
