import { Decimal, isTradingError, type StrategyParameters, TradingError } from '@trading/model';
import type { z } from 'zod';
import { BAR_FIELDS, type BarField, type Bars } from './bars';
import { type Decision, type Wanted, wantedOf } from './decision';
import { parseParameters } from './parseParameters';

/** Parameters of a strategy: those that every strategy has, and its kind's own. */
export type ParametersOf<Own extends z.ZodObject> = StrategyParameters & z.output<Own>;

/** What a strategy sees when it decides. It ends at the moment: nothing later can be reached. One object serves all moments. */
export interface Moment<Parameters = StrategyParameters> {
  /** Start of the bar that is decided on, milliseconds since 1970 in UTC. */
  readonly at: number;
  /** Whose bar came. */
  readonly symbol: string;
  /** Bars of that symbol in the series that the strategy reads; the newest is the one that is decided on. */
  readonly bars: Bars;
  readonly parameters: Parameters;
  /** The part of the capital that a target may take at most. */
  readonly allocation: Decimal;
}

/** A strategy as its author writes it. */
export interface StrategyDefinition<Own extends z.ZodObject> {
  /** What `parameters.kind` of a strategy says to choose it: lower case with underscores, at most 50 letters. */
  readonly kind: string;
  /** What it does, in a sentence. */
  readonly summary: string;
  /** The kind's own parameters. */
  readonly parameters: Own;
  /** The columns that it looks at; all of them if it isn't given. Fewer are read faster. */
  readonly fields?: readonly BarField[];
  /** How many bars it wants to see, the one that is decided on included. */
  history(parameters: ParametersOf<Own>): number;
  /**
   * Says what to hold; nothing, or undefined, leaves all as it is. Called once for each bar of each symbol. It must be pure:
   * no clock, no randomness, nothing kept outside, so that live trading, a replay and a backtest decide alike.
   */
  decide(moment: Moment<ParametersOf<Own>>): Decision | undefined;
}

/** A kind of strategy, made by `defineStrategy`. */
export interface StrategyKind {
  readonly kind: string;
  readonly summary: string;
  /**
   * Reads parameters and gives the strategy that decides by them.
   *
   * @throws TradingError `STRATEGY.INVALID_PARAMETERS` naming each field that is wrong
   */
  prepare(parameters: unknown): ReadyStrategy;
}

/** A strategy with the parameters that it has already read. */
export interface ReadyStrategy {
  readonly kind: string;
  readonly parameters: StrategyParameters;
  /** How many bars it sees at most, the one that is decided on included. */
  readonly history: number;
  readonly fields: readonly BarField[];
  /**
   * Decides on the newest of these bars.
   *
   * @returns what it wants, checked and sized; empty where all stays as it is
   * @throws TradingError `STRATEGY.INVALID_DECISION`; `STRATEGY.FAILED` with what the strategy threw as its cause
   */
  decide(symbol: string, bars: Bars): readonly Wanted[];
}

const KIND = /^[a-z][a-z0-9_]{0,49}$/;
/** More bars than this are no window but a whole history, and each moment reads them anew. */
const MOST_HISTORY = 10_000;
const NOTHING: readonly Wanted[] = [];

/**
 * Makes a kind of strategy. The same object decides live, in the demo, in a replay and in a backtest:
 *
 *     export default defineStrategy({
 *       kind: 'breakout',
 *       summary: 'Buys a new high, sells a new low.',
 *       parameters: z.object({ days: z.int().min(2) }),
 *       fields: ['close'],
 *       history: ({ days }) => days + 1,
 *       decide({ symbol, bars, parameters: { days }, allocation }) { ... },
 *     });
 *
 * @throws TradingError `STRATEGY.INVALID_DEFINITION`
 */
export function defineStrategy<Own extends z.ZodObject>(definition: StrategyDefinition<Own>): StrategyKind {
  checkDefinition(definition);
  const { kind, summary, fields = BAR_FIELDS } = definition;
  return {
    kind,
    summary,
    prepare(input) {
      const parameters = parseParameters(kind, definition.parameters, input);
      const history = definition.history(parameters);
      if (!Number.isInteger(history) || history < 1 || history > MOST_HISTORY) {
        throw wrongDefinition(
          kind,
          'history',
          `it is ${history} for these parameters; it must be a whole number from 1 to ${MOST_HISTORY}`,
        );
      }
      const allocation = allocationOf(parameters);
      const moment = { at: 0, symbol: '', bars: undefined as unknown as Bars, parameters, allocation };
      return {
        kind,
        parameters,
        history,
        fields,
        decide(symbol, bars) {
          moment.at = bars.time();
          moment.symbol = symbol;
          moment.bars = bars;
          const decision = decided(definition, moment);
          return decision === undefined ? NOTHING : wantedOf(decision, parameters, allocation);
        },
      };
    },
  };
}

/** What the parameters say, or an equal part for each symbol. */
function allocationOf({ allocation, symbols }: StrategyParameters): Decimal {
  if (allocation !== undefined) return new Decimal(allocation);
  return new Decimal(1).div(symbols.length).toDecimalPlaces(6, Decimal.ROUND_DOWN);
}

function decided<Own extends z.ZodObject>(
  definition: StrategyDefinition<Own>,
  moment: Moment<ParametersOf<Own>>,
): Decision | undefined {
  try {
    return definition.decide(moment);
  } catch (error) {
    if (isTradingError(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new TradingError('STRATEGY.FAILED', `strategy kind ${definition.kind} failed: ${why}`, {
      cause: error,
      details: { kind: definition.kind, symbol: moment.symbol, at: new Date(moment.at).toISOString() },
    });
  }
}

function checkDefinition<Own extends z.ZodObject>(definition: StrategyDefinition<Own>): void {
  const { kind, summary, parameters, fields, history, decide } = definition;
  if (typeof kind !== 'string' || !KIND.test(kind))
    throw wrongDefinition(String(kind), 'kind', 'it must be lower case with underscores, at most 50 letters');
  if (typeof summary !== 'string' || summary.trim() === '')
    throw wrongDefinition(kind, 'summary', 'it must say what the strategy does');
  if (typeof parameters?.shape !== 'object')
    throw wrongDefinition(kind, 'parameters', 'it must be a zod object: z.object({ ... })');
  const unknown = fields?.find((field) => !BAR_FIELDS.includes(field));
  if (unknown !== undefined)
    throw wrongDefinition(kind, 'fields', `'${unknown}' is none of ${BAR_FIELDS.join(', ')}`);
  for (const [name, value] of Object.entries({ history, decide }))
    if (typeof value !== 'function') throw wrongDefinition(kind, name, 'it must be a function');
}

function wrongDefinition(kind: string, field: string, why: string): TradingError {
  return new TradingError(
    'STRATEGY.INVALID_DEFINITION',
    `strategy kind '${kind.slice(0, 60)}': ${field}: ${why}`,
    {
      details: { kind: kind.slice(0, 60), field },
    },
  );
}
