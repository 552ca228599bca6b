/** What a company can do to its shares. Spin-offs and mergers are recorded; what they make of a holding is decided by hand. */
export const ACTION_TYPES = [
  'split',
  'cash_dividend',
  'special_dividend',
  'symbol_change',
  'spin_off',
  'merger',
] as const;
export type ActionType = (typeof ACTION_TYPES)[number];
