import { expect, test } from '@jest/globals';
import { poolMax, SERVICE_NAMES } from '@trading/database';
import { connectionsNeeded } from './connectionBudget';

test('seven pools of 30, and 10 each for the bus and the API, want 230 connections', () => {
  expect(SERVICE_NAMES.map(poolMax)).toEqual([30, 30, 30, 30, 30, 30, 30, 10, 10]);
  expect(connectionsNeeded()).toBe(230);
});
