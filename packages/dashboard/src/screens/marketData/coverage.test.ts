import { describe, expect, it } from '@jest/globals';
import { yearsOf } from './coverage';

const day = (date: string, bars = 1) => ({ date, bars });

describe('the calendar of a series', () => {
  it('has a column for each week and a row for each weekday, the youngest year first', () => {
    const [young, old] = yearsOf({ days: [day('2023-12-29'), day('2024-01-01'), day('2024-01-08')] });
    expect([young?.year, old?.year]).toEqual([2024, 2023]);
    // 2024 began on a Monday, and is a leap year.
    expect(young?.days).toHaveLength(366);
    expect(young?.days[0]).toMatchObject({ date: '2024-01-01', week: 0, weekday: 0, bars: 1 });
    expect(young?.days[6]).toMatchObject({ week: 0, weekday: 6 });
    expect(young?.days[7]).toMatchObject({ date: '2024-01-08', week: 1, weekday: 0 });
  });

  it('finds weekdays without bars between the first day and the last, weekends not', () => {
    const [year] = yearsOf({ days: [day('2024-01-02'), day('2024-01-04'), day('2024-01-08')] });
    expect(year?.days.filter(({ missing }) => missing).map(({ date }) => date)).toEqual([
      '2024-01-03',
      '2024-01-05',
    ]);
    expect([year?.covered, year?.missing]).toEqual([3, 2]);
  });

  it('shades by the day that has most', () => {
    const [year] = yearsOf({ days: [day('2024-01-02', 390), day('2024-01-03', 195)] });
    expect(year?.days.slice(1, 3).map(({ part }) => part)).toEqual([1, 0.5]);
  });

  it('leaves out years without a day, and is empty without days', () => {
    expect(yearsOf({ days: [day('2020-06-01'), day('2022-06-01')] }).map(({ year }) => year)).toEqual([
      2022, 2020,
    ]);
    expect(yearsOf({ days: [] })).toEqual([]);
  });
});
