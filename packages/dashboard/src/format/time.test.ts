import { describe, expect, it } from '@jest/globals';
import { ago, clock, date, duration, time } from './time';

const NOW = Date.parse('2026-12-01T12:00:00Z');

describe('times', () => {
  it('are shown in UTC whatever offset they come with', () => {
    expect(time('2024-03-01T09:30:05-05:00')).toBe('2024-03-01 14:30:05');
    expect(time('2024-03-01T14:30:05.123456Z')).toBe('2024-03-01 14:30:05');
    expect(clock('2024-03-01T14:30:05.9Z')).toBe('14:30:05');
    expect(date('2024-03-01T23:59:59.000000Z')).toBe('2024-03-01');
    expect(time(null)).toBe('–');
  });

  it('are told by their distance, and by their date when that is far', () => {
    expect(ago('2026-12-01T11:59:40Z', NOW)).toBe('just now');
    expect(ago('2026-12-01T11:57:00Z', NOW)).toBe('3 min ago');
    expect(ago('2026-12-01T07:00:00Z', NOW)).toBe('5 h ago');
    expect(ago('2026-11-28T12:00:00Z', NOW)).toBe('3 d ago');
    expect(ago('2018-05-11T20:00:00Z', NOW)).toBe('2018-05-11');
    expect(ago('2030-01-01T00:00:00Z', NOW)).toBe('2030-01-01');
  });

  it('are durations in the largest unit that is whole', () => {
    expect([432_000, 86_400, 129_600, 90, 60, 0].map(duration)).toEqual([
      '5 days',
      '1 day',
      '36 h',
      '90 s',
      '1 min',
      '0 s',
    ]);
  });
});
