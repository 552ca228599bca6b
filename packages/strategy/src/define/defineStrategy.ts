import { Decimal, isTradingError, type StrategyParameters, TradingError } from '@trading/model';
import type { z } from 'zod';
import { BAR_FIELDS, type BarField, TICKS_PER_UNIT } from './bars';
import { type Decision, type Wanted, wantedOf } from './decision';
import { type Moment, type MomentView, ShownMoment, type UniverseMoment } from './moment';
import { parseParameters } from './parseParameters';

/** Parameters of a strategy: those that every strategy has, and its kind's own. */
export type ParametersOf<Own extends z.ZodObject> = StrategyParameters & z.output<Own>;

/**
 * A strategy as its author writes it. It says `decide`, which is called for each bar of each symbol, or `decideAll`, which is
 * called once a moment for all symbols. Both must be pure: no clock, no randomness, nothing kept outside, so that live
 * trading, a replay and a backtest decide alike.
 */
export interface StrategyKindDefinition<Own extends z.ZodObject, State = undefined> {
  /** What `parameters.kind` of a strategy says to choose it: lower case with underscores, at most 50 letters. */
  readonly kind: string;
  /** What it does, in a sentence. */
  readonly summary: string;
  /** The kind's own parameters. */
  readonly parameters: Own;
  /** How many symbols it takes, where that is not as many as one likes. */
  readonly symbols?: number;
  /** The columns that it looks at; all of them if it isn't given. Fewer are read faster. */
  readonly fields?: readonly BarField[];
  /** How many bars it wants to see of each symbol, the one that is decided on included. */
  history(parameters: ParametersOf<Own>): number;
  /** The form of its state, where it keeps one from moment to moment. */
  readonly state?: z.ZodType<State>;
  /** Whether it looks at its positions, orders and equity. Its weights are then parts of its equity, not of its starting capital. */
  readonly account?: boolean;
  /** How long `decideAll` waits for bars of a moment that are missing, in milliseconds; 15 minutes if it isn't given. */
  readonly waitMs?: number;
  /** Says what to hold of the symbol; undefined leaves all as it is. */
  readonly decide?: (moment: Moment<ParametersOf<Own>, State>) => Decision<State> | undefined;
  /** The same for all symbols, once their bars of a moment are in, or the wait for them is over. */
  readonly decideAll?: (moment: UniverseMoment<ParametersOf<Own>, State>) => Decision<State> | undefined;
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

/** What a strategy decided. */
export interface Outcome {
  /** What it wants, checked and sized; empty where all stays as it is. */
  readonly wanted: readonly Wanted[];
  /** What it left for its next moment; undefined where what was there stays. */
  readonly state?: unknown;
}

/** A strategy with the parameters that it has already read. */
export interface ReadyStrategy {
  readonly kind: string;
  /** As they were given. */
  readonly given: unknown;
  readonly parameters: StrategyParameters;
  /** How many bars it sees at most, the one that is decided on included. */
  readonly history: number;
  readonly fields: readonly BarField[];
  /** True where one decision is for all symbols of a moment. */
  readonly together: boolean;
  readonly keepsState: boolean;
  readonly seesAccount: boolean;
  readonly waitMs: number;
  /**
   * Decides on a moment.
   *
   * @throws TradingError `STRATEGY.INVALID_DECISION`, `STRATEGY.INVALID_STATE`; `STRATEGY.FAILED` with what the strategy threw
   */
  decide(view: MomentView): Outcome;
}

const KIND = /^[a-z][a-z0-9_]{0,49}$/;
/** More bars than this are no window but a whole history, and each moment reads them anew. */
const MOST_HISTORY = 10_000;
const DEFAULT_WAIT_MS = 15 * 60_000;
/** A state is read and written at each moment. */
const MOST_STATE_LENGTH = 100_000;
const NOTHING: Outcome = { wanted: [] };

/**
 * Makes a kind of strategy. The same object decides live, in the demo, in a replay and in a backtest:
 *
 *     export const breakout = defineStrategy({
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
export function defineStrategy<Own extends z.ZodObject, State = undefined>(
  definition: StrategyKindDefinition<Own, State>,
): StrategyKind {
  checkDefinition(definition);
  return {
    kind: definition.kind,
    summary: definition.summary,
    prepare: (given) => prepare(definition, given),
  };
}

function prepare<Own extends z.ZodObject, State>(
  definition: StrategyKindDefinition<Own, State>,
  given: unknown,
): ReadyStrategy {
  const { kind, fields = BAR_FIELDS, decide, decideAll, waitMs = DEFAULT_WAIT_MS } = definition;
  const together = decideAll !== undefined;
  const parameters = parseParameters(definition, given, together);
  const history = definition.history(parameters);
  if (!Number.isInteger(history) || history < 1 || history > MOST_HISTORY) {
    throw wrongDefinition(
      kind,
      'history',
      `it is ${history} for these parameters; it must be a whole number from 1 to ${MOST_HISTORY}`,
    );
  }
  const allocation = allocationOf(parameters, together);
  const startingCapital = new Decimal(parameters.startingCapital);
  const moment = new ShownMoment<ParametersOf<Own>, State>(kind, parameters, allocation);
  const call = (decideAll ?? decide) as (shown: typeof moment) => Decision<State> | undefined;
  return {
    kind,
    given,
    parameters,
    history,
    // A signal says at which close it came.
    fields: fields.includes('close') ? fields : [...fields, 'close'],
    together,
    keepsState: definition.state !== undefined,
    seesAccount: definition.account === true,
    waitMs,
    decide(view) {
      moment.show(view, definition.state === undefined ? undefined : stateOf(definition, view.state));
      const decision = decided(definition.kind, view, () => call(moment));
      if (decision === undefined) return NOTHING;
      const wanted = wantedOf(decision, {
        parameters,
        allocation,
        capital: view.account?.equity ?? startingCapital,
        together,
        priceOf: (symbol) => {
          const ticks = view.bars(symbol)?.ticks('close');
          return ticks === undefined || Number.isNaN(ticks)
            ? undefined
            : new Decimal(ticks).div(TICKS_PER_UNIT);
        },
      });
      return decision.state === undefined
        ? { wanted }
        : { wanted, state: leftState(definition, decision.state) };
    },
  };
}

/** What the parameters say; else all of it for a decision on all symbols, or an equal part for each. */
function allocationOf({ allocation, symbols }: StrategyParameters, together: boolean): Decimal {
  if (allocation !== undefined) return new Decimal(allocation);
  return new Decimal(1).div(together ? 1 : symbols.length).toDecimalPlaces(6, Decimal.ROUND_DOWN);
}

function decided<T>(kind: string, { symbol, at }: MomentView, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isTradingError(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new TradingError('STRATEGY.FAILED', `strategy kind ${kind} failed: ${why}`, {
      cause: error,
      details: { kind, symbol, at: new Date(at).toISOString() },
    });
  }
}

/** A state that another version of the strategy left may have another form. */
function stateOf<State>(
  { kind, state }: { readonly kind: string; readonly state?: z.ZodType<State> },
  stored: unknown,
): State | undefined {
  if (stored === undefined || stored === null) return undefined;
  const parsed = state?.safeParse(stored);
  if (parsed?.success === true) return parsed.data;
  throw invalidState(kind, 'was left by an earlier decision', parsed?.error);
}

function leftState<State>(
  { kind, state }: { readonly kind: string; readonly state?: z.ZodType<State> },
  left: unknown,
): unknown {
  if (state === undefined) throw invalidState(kind, 'is left, but the strategy declares none');
  const parsed = state.safeParse(left);
  if (!parsed.success) throw invalidState(kind, 'is left', parsed.error);
  const text = JSON.stringify(left);
  if (text.length > MOST_STATE_LENGTH)
    throw invalidState(
      kind,
      `is left with ${text.length} letters as JSON; ${MOST_STATE_LENGTH} are the most`,
    );
  // What can't be told from its JSON comes back the same after a restart.
  return JSON.parse(text);
}

function invalidState(kind: string, what: string, error?: z.ZodError): TradingError {
  const why = error?.issues.map(({ path, message }) => `${path.join('.') || 'state'}: ${message}`).join('; ');
  return new TradingError(
    'STRATEGY.INVALID_STATE',
    `the state of a ${kind} strategy ${what}${why === undefined ? '' : `, and is not as declared: ${why}`}`,
    { details: { kind, field: 'state' } },
  );
}

function checkDefinition<Own extends z.ZodObject, State>(
  definition: StrategyKindDefinition<Own, State>,
): void {
  const { kind, summary, parameters, fields, history, decide, decideAll, waitMs, state } = definition;
  if (typeof kind !== 'string' || !KIND.test(kind))
    throw wrongDefinition(String(kind), 'kind', 'it must be lower case with underscores, at most 50 letters');
  if (typeof summary !== 'string' || summary.trim() === '')
    throw wrongDefinition(kind, 'summary', 'it must say what the strategy does');
  if (typeof parameters?.shape !== 'object')
    throw wrongDefinition(kind, 'parameters', 'it must be a zod object: z.object({ ... })');
  const unknown = fields?.find((field) => !BAR_FIELDS.includes(field));
  if (unknown !== undefined)
    throw wrongDefinition(kind, 'fields', `'${unknown}' is none of ${BAR_FIELDS.join(', ')}`);
  if (typeof history !== 'function') throw wrongDefinition(kind, 'history', 'it must be a function');
  if ((decide === undefined) === (decideAll === undefined))
    throw wrongDefinition(kind, 'decide', 'say one of decide and decideAll');
  if (typeof (decide ?? decideAll) !== 'function')
    throw wrongDefinition(kind, decide === undefined ? 'decideAll' : 'decide', 'it must be a function');
  if (waitMs !== undefined && !(Number.isInteger(waitMs) && waitMs >= 0 && waitMs <= 86_400_000))
    throw wrongDefinition(kind, 'waitMs', 'it must be whole milliseconds, a day at most');
  if (state !== undefined && typeof state.safeParse !== 'function')
    throw wrongDefinition(kind, 'state', 'it must be a zod schema');
}

function wrongDefinition(kind: string, field: string, why: string): TradingError {
  return new TradingError(
    'STRATEGY.INVALID_DEFINITION',
    `strategy kind '${kind.slice(0, 60)}': ${field}: ${why}`,
    { details: { kind: kind.slice(0, 60), field } },
  );
}
