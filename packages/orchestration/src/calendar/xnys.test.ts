import { describe, expect, it } from '@jest/globals';
import { createXnysCalendar, lastSession } from './exchangeCalendar';
import { xnysClosedDay } from './xnys';

describe('the calendar of XNYS', () => {
  it.each([
    ['2024-03-29', 'Good Friday'],
    ['2025-04-18', 'Good Friday'],
    ['2023-01-02', "New Year's Day"],
    ['2021-07-05', 'Independence Day'],
    ['2020-07-03', 'Independence Day'],
    ['2021-12-24', 'Christmas Day'],
    ['2022-06-20', 'Juneteenth'],
    ['2024-11-28', 'Thanksgiving Day'],
    ['2024-05-27', 'Memorial Day'],
    ['2025-01-09', 'mourning for Jimmy Carter'],
    ['2025-11-22', 'Saturday'],
    ['2025-11-23', 'Sunday'],
  ])('is closed on %s: %s', (date, reason) => {
    expect(xnysClosedDay(date)).toBe(reason);
  });

  // New Year's Day 2022 was a Saturday; Juneteenth was no holiday yet; Columbus Day and Veterans Day are none.
  it.each(['2021-12-31', '2021-06-18', '2024-10-14', '2024-11-11', '2025-11-21'])('is open on %s', (date) => {
    expect(xnysClosedDay(date)).toBeUndefined();
  });

  it('has the sessions of whole years', () => {
    const sessions = (year: number) => {
      let count = 0;
      for (let day = Date.UTC(year, 0, 1); day < Date.UTC(year + 1, 0, 1); day += 86_400_000)
        if (xnysClosedDay(new Date(day).toISOString().slice(0, 10)) === undefined) count += 1;
      return count;
    };
    expect([2012, 2018, 2021, 2022, 2023, 2024, 2025].map(sessions)).toEqual([
      250, 251, 252, 251, 250, 252, 250,
    ]);
  });

  it('finds the last session before a long weekend', () => {
    expect(lastSession(createXnysCalendar(), '2025-01-20')).toBe('2025-01-17');
  });
});
