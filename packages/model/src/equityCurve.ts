/** What an equity curve and its closed trades come to. Money and ratios are decimal text; ratios have at most 8 decimals. */
export interface CurveFigures {
  /** Equity before the first day: the starting capital, where the period begins with the strategy. */
  readonly startingEquity: string;
  readonly finalEquity: string;
  /** Fraction. */
  readonly totalReturn: string | null;
  /** Annualised; null where it is not defined. */
  readonly sharpeRatio: string | null;
  /** Fraction at or below 0. */
  readonly maxDrawdown: string;
  /** Closed round trips, and how they ended after commissions. */
  readonly closedTrades: number;
  readonly wins: number;
  readonly losses: number;
  readonly breakevens: number;
  /** Percentage. */
  readonly winRate: string | null;
}
