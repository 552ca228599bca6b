import { describe, expect, it } from '@jest/globals';
import { marksOnBars } from './marksOnBars';

const at = (text: string) => Date.parse(text) / 1000;
const mark = (time: string) => ({ at: time, side: 'buy' as const, text: '' });
const STARTS = [at('2024-03-01T14:30:00Z'), at('2024-03-04T14:30:00Z'), at('2024-03-05T14:30:00Z')];

describe('marks', () => {
  it('stand on the bar that they fall in, in the order of time', () => {
    const late = mark('2024-03-07T00:00:00Z');
    const within = mark('2024-03-04T20:59:59Z');
    const onStart = mark('2024-03-01T14:30:00Z');
    expect(marksOnBars([late, within, onStart], STARTS)).toEqual([
      { time: STARTS[0], mark: onStart },
      { time: STARTS[1], mark: within },
      { time: STARTS[2], mark: late },
    ]);
  });

  it('are left out where they lie before the first bar, or there are no bars', () => {
    expect(marksOnBars([mark('2024-02-29T00:00:00Z')], STARTS)).toEqual([]);
    expect(marksOnBars([mark('2024-03-04T00:00:00Z')], [])).toEqual([]);
  });
});
