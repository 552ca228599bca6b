import { describe, expect, it } from '@jest/globals';
import { settlementDate } from './settlementDate';

describe('settlementDate', () => {
  it.each([
    ['a Tuesday settles on Wednesday', '2024-06-04T14:00:00Z', '2024-06-05'],
    ['a Friday settles on Monday', '2024-06-07T14:00:00Z', '2024-06-10'],
    ['an evening in New York is still its own day', '2024-06-05T02:00:00Z', '2024-06-05'],
    ['Thanksgiving is skipped', '2024-11-27T15:00:00Z', '2024-11-29'],
    ['Good Friday and the weekend are skipped', '2024-03-28T15:00:00Z', '2024-04-01'],
    ['a Fourth of July on a Saturday is kept on Friday', '2020-07-02T15:00:00Z', '2020-07-06'],
    ['a New Year on a Saturday moves nothing', '2021-12-30T15:00:00Z', '2021-12-31'],
    ['Columbus Day is no settlement day, though the market trades', '2024-10-11T15:00:00Z', '2024-10-15'],
    ['Juneteenth has been one since 2022', '2023-06-16T15:00:00Z', '2023-06-20'],
    ['Memorial Day is skipped', '2024-05-24T15:00:00Z', '2024-05-28'],
  ])('%s', (_name, executedAt, expected) => {
    expect(settlementDate(new Date(executedAt))).toBe(expected);
  });
});
