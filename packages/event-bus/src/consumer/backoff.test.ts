import { expect, test } from '@jest/globals';
import { backoffMs } from './backoff';

test('waits double from the first to the longest', () => {
  const backoff = { firstMs: 50, maxMs: 300 };

  expect([0, 1, 2, 3, 4, 1_000].map((failures) => backoffMs(backoff, failures))).toEqual([
    0, 50, 100, 200, 300, 300,
  ]);
});
