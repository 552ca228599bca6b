import { type Decimal, type OrderSide, type StrategyParameters, TradingError } from '@trading/model';
import type { Bars } from './bars';

/** An order of the strategy's account that can still fill. */
export interface WorkingOrder {
  readonly symbol: string;
  readonly side: OrderSide;
  /** What can still fill. */
  readonly leaves: Decimal;
}

/** The strategy's part of its account: its symbols, and the capital that it began with. */
export interface AccountView {
  /** Cash and what is held, at its marks. */
  readonly equity: Decimal;
  /** Starting capital and what was realised, less what is held at its cost. Below 0 where more than that is held. */
  readonly cash: Decimal;
  /** Signed; 0 where nothing is held. */
  quantity(symbol: string): Decimal;
  orders(symbol: string): readonly WorkingOrder[];
}

/** What every moment has. It ends at the moment: nothing later can be reached. One object serves all moments. */
interface AnyMoment<Parameters, State> {
  /** Start of the bar that is decided on, milliseconds since 1970 in UTC. */
  readonly at: number;
  readonly symbols: readonly string[];
  readonly parameters: Parameters;
  /** The part of the capital that a target may take; of a decision for all symbols, all of them together. */
  readonly allocation: Decimal;
  /** What the last decision left, where the strategy declares `state`; undefined before the first. */
  readonly state: State | undefined;
  /** Only where the strategy declares `account`. @throws TradingError `STRATEGY.NO_ACCOUNT` where it doesn't */
  readonly account: AccountView;
}

/** What a strategy sees that decides on one symbol. */
export interface Moment<Parameters = StrategyParameters, State = unknown>
  extends AnyMoment<Parameters, State> {
  /** Whose bar came. */
  readonly symbol: string;
  /** Its bars in the series that the strategy reads; the newest is the one that is decided on. */
  readonly bars: Bars;
}

/** What a strategy sees that decides on all its symbols at once. */
export interface UniverseMoment<Parameters = StrategyParameters, State = unknown>
  extends AnyMoment<Parameters, State> {
  /** Bars of one of its symbols. @throws TradingError `STRATEGY.UNKNOWN_SYMBOL` */
  barsOf(symbol: string): Bars;
  /** Whether the symbol's bar of this moment is there; it isn't where the wait was over before it came. */
  has(symbol: string): boolean;
}

/** What whoever lets a strategy decide puts in. */
export interface MomentView {
  readonly at: number;
  /** Whose bar came; empty where the decision is for all symbols. */
  readonly symbol: string;
  /** Bars up to the moment of a symbol of the strategy; undefined where there are none. */
  bars(symbol: string): Bars | undefined;
  readonly account?: AccountView | undefined;
  readonly state?: unknown;
}

/** One object that shows each view in turn, so that a moment costs no allocation. */
export class ShownMoment<Parameters extends StrategyParameters, State>
  implements Moment<Parameters, State>, UniverseMoment<Parameters, State>
{
  state: State | undefined;
  #view: MomentView | undefined;

  constructor(
    readonly kind: string,
    readonly parameters: Parameters,
    readonly allocation: Decimal,
  ) {}

  show(view: MomentView, state: State | undefined): void {
    this.#view = view;
    this.state = state;
  }

  get at(): number {
    return this.#shown.at;
  }
  get symbol(): string {
    return this.#shown.symbol;
  }
  get symbols(): readonly string[] {
    return this.parameters.symbols;
  }
  get bars(): Bars {
    return this.barsOf(this.#shown.symbol);
  }
  get account(): AccountView {
    const { account } = this.#shown;
    if (account !== undefined) return account;
    throw new TradingError(
      'STRATEGY.NO_ACCOUNT',
      `the strategy ${this.kind} looks at its account, which it did not ask for: declare account: true`,
      { details: { kind: this.kind } },
    );
  }
  // Properties, because a strategy takes them out of the moment.
  readonly barsOf = (symbol: string): Bars => {
    const bars = this.parameters.symbols.includes(symbol) ? this.#shown.bars(symbol) : undefined;
    if (bars !== undefined) return bars;
    throw new TradingError(
      'STRATEGY.UNKNOWN_SYMBOL',
      `the strategy ${this.kind} looks at ${symbol}, which is none of its symbols: ${this.parameters.symbols.join(', ')}`,
      { details: { kind: this.kind, symbol } },
    );
  };
  readonly has = (symbol: string): boolean => this.barsOf(symbol).time() === this.at;

  get #shown(): MomentView {
    if (this.#view !== undefined) return this.#view;
    throw new TradingError('STRATEGY.NO_MOMENT', 'there is no moment outside of decide', { kind: 'bug' });
  }
}

/** A moment of one symbol: its bars, and nothing else. */
export function momentOf(bars: Bars): MomentView {
  return {
    at: bars.time(),
    symbol: bars.symbol,
    bars: (symbol) => (symbol === bars.symbol ? bars : undefined),
  };
}
