import { expect, test } from '@jest/globals';
import { createEventId } from './eventId';

test('an event id is a UUID of version 7 that begins with the time', () => {
  const id = createEventId(Date.UTC(2022, 1, 22, 19, 22, 22));

  expect(id).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('two ids of one millisecond differ', () => {
  expect(createEventId(1)).not.toBe(createEventId(1));
});
