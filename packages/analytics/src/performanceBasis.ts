import { Decimal, type StrategyParameters, strategyParameters, TradingError } from '@trading/model';

/**
 * What a strategy's figures are figures of. Stored with them: when it changes, they are computed anew from the start.
 */
export interface PerformanceBasis {
  readonly strategyId: string;
  readonly accountId: string;
  readonly symbols: readonly string[];
  /** The series that positions are marked at. */
  readonly series: string;
  readonly startingCapital: Decimal;
  /** `YYYY-MM-DD`; null begins at the first bar. */
  readonly startDate: string | null;
  /** A year's, as a fraction. */
  readonly riskFreeRate: Decimal;
}

/**
 * Reads the basis from a strategy's parameters.
 *
 * @throws TradingError `ANALYTICS.INVALID_PARAMETERS`
 */
export function performanceBasis(
  strategyId: string,
  parameters: unknown,
  riskFreeRate: Decimal,
): PerformanceBasis {
  const read = parseParameters(strategyId, parameters);
  return {
    strategyId,
    accountId: read.accountId,
    symbols: read.symbols,
    series: read.tradingSource,
    startingCapital: new Decimal(read.startingCapital),
    startDate: read.startDate ?? null,
    riskFreeRate,
  };
}

/** The basis as it is stored with the figures. */
export function describeBasis(basis: PerformanceBasis): Record<string, unknown> {
  return {
    symbols: [...basis.symbols].sort(),
    series: basis.series,
    startingCapital: basis.startingCapital.toString(),
    startDate: basis.startDate,
    riskFreeRate: basis.riskFreeRate.toString(),
  };
}

function parseParameters(strategyId: string, parameters: unknown): StrategyParameters {
  const parsed = strategyParameters.safeParse(parameters);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (parsed.success) {
    if (new Decimal(parsed.data.startingCapital).gt(0)) return parsed.data;
    problems.push(`startingCapital: is ${parsed.data.startingCapital}; it must be above 0`);
  }
  throw new TradingError(
    'ANALYTICS.INVALID_PARAMETERS',
    `parameters of strategy ${strategyId} are wrong: ${problems.join('; ')}`,
    { details: { strategyId, problems } },
  );
}
