import type { FillModel } from '@trading/execution';
import { Decimal, parseDataSource, parseSymbol, TradingError } from '@trading/model';
import {
  type Limit,
  type LimitType,
  type PositionLimit,
  type RiskService,
  starterLimits,
} from '@trading/risk';
import type { ReadyStrategy, StrategyService } from '@trading/strategy';
import type { BacktestRequest } from './backtestRequest';

/** A backtest, complete: what is traded, when, and by which limits. */
export interface BacktestPlan {
  readonly strategyId: string;
  readonly ready: ReadyStrategy;
  /** Trading dates, both included. */
  readonly from: string;
  readonly to: string;
  readonly capital: Decimal;
  readonly limits: readonly Limit[];
  readonly positionLimits: readonly PositionLimit[];
  readonly fillModel: Partial<FillModel>;
  readonly seed: string;
}

/** What a plan is made from. */
export interface BacktestStrategies {
  readonly strategy: StrategyService;
  readonly risk: RiskService;
}

/** Of a backtest that names no stored strategy; its account exists in the backtest only. */
const UNNAMED = 'backtest';
const DEFAULT_SOURCE = 'yahoo';

/**
 * Completes a request: a stored strategy brings its parameters and its account's limits, anything else the starter limits
 * of its capital.
 *
 * @throws TradingError `STRATEGY.*`, `MODEL.*`, `BACKTEST.INVALID_PERIOD`, `BACKTEST.MIXED_TIMEFRAMES`
 */
export async function planBacktest(
  services: BacktestStrategies,
  request: BacktestRequest,
): Promise<BacktestPlan> {
  const { from, to, seed, rejectRate, slippageBps, maxVolumeShare } = request;
  if (from > to) {
    throw new TradingError('BACKTEST.INVALID_PERIOD', `from is ${from}, which is after to, ${to}`, {
      details: { from, to },
    });
  }
  const ready = services.strategy.prepare({
    ...(await basis(services.strategy, request)),
    ...overrides(request),
  });
  const { accountId, startingCapital } = ready.parameters;
  requireOneTimeframe(ready);
  for (const symbol of ready.parameters.symbols) parseSymbol(symbol);
  const capital = new Decimal(startingCapital);
  const own = request.strategy !== undefined && request.capital === undefined;
  const limits = own ? await services.risk.limits.list(accountId) : [];
  return {
    strategyId: request.strategy ?? UNNAMED,
    ready,
    from,
    to,
    capital,
    limits: limits.length > 0 ? limits : starterLimitsOf(accountId, capital),
    positionLimits: own ? await services.risk.limits.listPositions(accountId) : [],
    fillModel: {
      seed,
      rejectRate,
      ...(slippageBps === undefined ? {} : { slippageBps }),
      ...(maxVolumeShare === undefined ? {} : { maxVolumeShare }),
    },
    seed,
  };
}

async function basis(strategy: StrategyService, request: BacktestRequest): Promise<object> {
  if (request.strategy !== undefined) {
    const { parameters } = await strategy.get(request.strategy);
    return typeof parameters === 'object' && parameters !== null ? parameters : {};
  }
  const source = request.source ?? DEFAULT_SOURCE;
  return {
    accountId: UNNAMED,
    startingCapital: '100000',
    tradingSource: source,
    // Signals of adjusted prices where there are some, so that a dividend is none.
    signalSource: source === 'yahoo' ? 'yahoo_adjusted' : source,
  };
}

function overrides({ parameters, symbols, source, capital }: BacktestRequest): object {
  return {
    ...parameters,
    ...(symbols === undefined ? {} : { symbols }),
    ...(source === undefined ? {} : { tradingSource: source }),
    ...(capital === undefined ? {} : { startingCapital: capital }),
  };
}

/** A bar is known by its start: of two timeframes, a signal of the longer would be traded on before it was known. */
function requireOneTimeframe({ parameters: { signalSource, tradingSource } }: ReadyStrategy): void {
  const signals = parseDataSource(signalSource).timeframe;
  const trading = parseDataSource(tradingSource).timeframe;
  if (signals === trading) return;
  throw new TradingError(
    'BACKTEST.MIXED_TIMEFRAMES',
    `signals are of ${signalSource}, bars of ${signals}, and orders fill in ${tradingSource}, bars of ${trading}; both must be of one timeframe`,
    { details: { signalSource, tradingSource } },
  );
}

function starterLimitsOf(accountId: string, capital: Decimal): Limit[] {
  return Object.entries(starterLimits(capital)).map(([type, value]) => ({
    accountId,
    strategyId: null,
    // The keys of a record by limit type.
    type: type as LimitType,
    value,
    current: null,
    active: true,
    breachedAt: null,
  }));
}
