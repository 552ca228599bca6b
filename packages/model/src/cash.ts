/** What moves money of an account without a trade. The first six are booked by hand, dividends by their corporate action. */
export const CASH_KINDS = [
  'opening',
  'deposit',
  'withdrawal',
  'interest',
  'fee',
  'tax',
  'dividend',
  'dividend_payment',
] as const;
export type CashKind = (typeof CASH_KINDS)[number];
