import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { fuzz } from '@trading/testing/fuzz';

test('whatever the environment holds is taken, or refused by name, and no password is repeated', async () => {
  const program = join(__dirname, 'fuzzProgram.ts');

  expect(await fuzz({ program, target: 'environment', runs: 3_000 })).toBeUndefined();
});
