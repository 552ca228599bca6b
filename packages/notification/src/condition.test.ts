import { describe, expect, it } from '@jest/globals';
import { type Condition, conditionSchema, holds } from './condition';

const data = {
  quantity: '1.5000',
  realizedPnl: '-9.5',
  status: 'rejected',
  reason: 'Market is halted',
  totalTrades: 3,
  winRate: null,
  date: '2020-01-02',
  executedAt: '2020-01-02T05:00:00.000Z',
  data: { limit: '100', flag: true },
};

const check = (field: string, op: Condition['op'], value: Condition['value']) =>
  holds({ field, op, value }, data);

describe('a condition', () => {
  it.each<[string, Condition['op'], Condition['value'], boolean]>([
    ['quantity', 'eq', '1.5', true],
    ['quantity', 'eq', 1.5, true],
    ['quantity', 'ne', '1.50', false],
    ['quantity', 'gt', '1.4999', true],
    ['quantity', 'lt', '10', true],
    ['realizedPnl', 'lt', '-9', true],
    ['realizedPnl', 'gte', '-9.50', true],
    ['realizedPnl', 'gt', '-9.50', false],
    ['totalTrades', 'lte', '3', true],
    ['status', 'eq', 'rejected', true],
    ['status', 'in', ['filled', 'rejected'], true],
    ['status', 'in', ['filled'], false],
    ['quantity', 'in', ['1', '1.5'], true],
    ['reason', 'contains', 'halted', true],
    ['reason', 'contains', 'Halted', false],
    ['date', 'gt', '2019-12-31', true],
    ['executedAt', 'gte', '2020-01-02T05:00:00Z', true],
    ['executedAt', 'lt', '2020-01-02', false],
    ['data.limit', 'gt', '99.99', true],
    ['data.flag', 'eq', true, true],
  ])('%s %s %j is %s', (field, op, value, expected) => {
    expect(check(field, op, value)).toBe(expected);
  });

  it('on nothing holds for nothing but null and ne', () => {
    expect(check('winRate', 'eq', null)).toBe(true);
    expect(check('winRate', 'ne', '50')).toBe(true);
    expect(check('winRate', 'lt', '50')).toBe(false);
    expect(check('nested.missing', 'eq', null)).toBe(true);
    expect(check('constructor', 'eq', null)).toBe(true);
  });

  it('does not put what has no order into one', () => {
    expect(check('status', 'gt', '1')).toBe(false);
    expect(check('date', 'gt', '5')).toBe(false);
  });

  it.each([
    [{ field: 'status', op: 'gt', value: 'rejected' }, 'takes a decimal, a date or a time'],
    [{ field: 'status', op: 'in', value: 'rejected' }, 'in takes a list'],
    [{ field: 'status', op: 'eq', value: ['rejected'] }, 'eq takes one value'],
    [{ field: 'reason', op: 'contains', value: 5 }, 'contains takes a text'],
    [{ field: 'reason', op: 'like', value: 'x' }, 'op'],
  ])('%j is refused', (condition, message) => {
    expect(() => conditionSchema.parse(condition)).toThrow(message);
  });
});
