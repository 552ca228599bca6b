import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { fuzz } from '@trading/testing/fuzz';

test.each([
  ['answers', 300],
  ['frames', 300],
])(
  '%s of a broker: whatever comes is bookable, or refused with a reason, and keeps nothing else from coming',
  async (target, runs) => {
    const failure = await fuzz({ program: join(__dirname, 'fuzz/fuzzProgram.ts'), target, runs });

    expect(failure).toBeUndefined();
  },
);
