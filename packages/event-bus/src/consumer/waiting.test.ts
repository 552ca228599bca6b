import { expect, test } from '@jest/globals';
import { InterruptibleWait } from './waiting';

test('an interrupt ends the wait, and one that came too early ends the next', async () => {
  const waiting = new InterruptibleWait();
  const ends: string[] = [];

  const long = waiting.wait(600_000).then(() => ends.push('first'));
  waiting.interrupt();
  await long;
  waiting.interrupt();
  await waiting.wait(600_000).then(() => ends.push('second'));
  await waiting.wait(1).then(() => ends.push('third'));

  expect(ends).toEqual(['first', 'second', 'third']);
});
