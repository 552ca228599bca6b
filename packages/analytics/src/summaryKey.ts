/** The key of a strategy's cached summary. */
export function summaryKey(strategyId: string): string {
  return `summary:${strategyId}`;
}
