import { expect, it } from '@jest/globals';
import { EVENT_TYPES as CATALOGUE } from '@trading/model';
import { EVENT_TYPES } from './eventTypes';

it('hears every event type of the catalogue', () => {
  expect([...EVENT_TYPES].sort()).toEqual([...CATALOGUE].sort());
});
