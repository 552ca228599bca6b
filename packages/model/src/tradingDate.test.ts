import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dailyBarStart, tradingDate } from './tradingDate';

describe('a trading date', () => {
  it.each([
    ['2024-01-02T04:59:59Z', '2024-01-01'],
    ['2024-01-02T05:00:00Z', '2024-01-02'],
    ['2024-07-02T03:59:59Z', '2024-07-01'],
    ['2024-07-02T04:00:00Z', '2024-07-02'],
  ])('of %s is %s in New York', (moment, date) => {
    expect(tradingDate(new Date(moment))).toBe(date);
  });

  it.each([
    ['2024-01-02', '2024-01-02T05:00:00.000Z'],
    ['2024-07-02', '2024-07-02T04:00:00.000Z'],
    ['2024-03-10', '2024-03-10T05:00:00.000Z'],
    ['2024-03-11', '2024-03-11T04:00:00.000Z'],
    ['2024-11-03', '2024-11-03T04:00:00.000Z'],
    ['2024-11-04', '2024-11-04T05:00:00.000Z'],
  ])('%s begins at %s', (date, start) => {
    expect(dailyBarStart(date).toISOString()).toBe(start);
  });

  it('begins within itself, whatever the day', () => {
    const days = fc.date({ min: new Date('1970-01-02'), max: new Date('2100-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (day) => {
        const date = day.toISOString().slice(0, 10);
        const start = dailyBarStart(date);
        expect([tradingDate(start), tradingDate(new Date(start.getTime() - 1))]).toEqual([
          date,
          expect.not.stringMatching(date),
        ]);
      }),
    );
  });

  it.each(['2024-02-30', '24-01-01', '2024/01/01', 'today', ''])("refuses '%s'", (date) => {
    expect(() => dailyBarStart(date)).toThrow(expect.objectContaining({ code: 'MODEL.INVALID_DATE' }));
  });
});
