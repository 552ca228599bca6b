import { expect, test } from '@jest/globals';
import { poolMax, SERVICE_NAMES } from '@trading/database';
import { connectionsNeeded } from './connectionBudget';

test('seven pools of 30 and one of 10 for the bus want 220 connections', () => {
  expect(SERVICE_NAMES.map(poolMax)).toEqual([30, 30, 30, 30, 30, 30, 30, 10]);
  expect(connectionsNeeded()).toBe(220);
});
