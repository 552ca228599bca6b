import { Decimal, type OrderSide, TradingError } from '@trading/model';
import { type BarColumns, BarWindow } from '../define/bars';
import type { Outcome, ReadyStrategy } from '../define/defineStrategy';
import type { AccountView, MomentView } from '../define/moment';

/** Bars, how many, oldest first. */
export interface ReadBars {
  readonly length: number;
  readonly columns: BarColumns;
}

/** What a strategy knows of its account, as it can be sent and stored; numbers are decimal text. */
export interface AccountMaterial {
  readonly equity: string;
  readonly cash: string;
  /** Signed, by symbol. */
  readonly quantities: Readonly<Record<string, string>>;
  readonly orders: readonly { readonly symbol: string; readonly side: OrderSide; readonly leaves: string }[];
}

/** All that a decision is made of: it can be sent to another thread. */
export interface DecisionMaterial {
  /** Whose bar came; empty where the decision is for all symbols. */
  readonly symbol: string;
  /** Start of the bar, milliseconds. */
  readonly at: number;
  /** By symbol. */
  readonly series: ReadonlyMap<string, ReadBars>;
  readonly account?: AccountMaterial;
  readonly state?: unknown;
}

/** Lets a strategy decide, wherever that is. @throws TradingError as `ReadyStrategy.decide`, `STRATEGY.DEADLINE` */
export type StrategyRunner = (
  strategy: ReadyStrategy,
  material: DecisionMaterial,
) => Outcome | Promise<Outcome>;

/** Decides in this thread: nothing stops a strategy that doesn't come to an end. */
export const decideHere: StrategyRunner = (strategy, material) => strategy.decide(viewOf(strategy, material));

/** Shows material to a strategy. */
export function viewOf(strategy: ReadyStrategy, material: DecisionMaterial): MomentView {
  const { symbol, at, series, account, state } = material;
  const dataSource = strategy.parameters.signalSource;
  const windows = new Map(
    [...series].map(([name, { columns, length }]) => [
      name,
      new BarWindow({ symbol: name, dataSource }, columns, strategy.history).show(length),
    ]),
  );
  return {
    symbol,
    at,
    bars: (name) => windows.get(name),
    state,
    ...(account === undefined ? {} : { account: accountOf(account) }),
  };
}

function accountOf({ equity, cash, quantities, orders }: AccountMaterial): AccountView {
  const working = orders.map((order) => ({ ...order, leaves: new Decimal(order.leaves) }));
  return {
    equity: new Decimal(equity),
    cash: new Decimal(cash),
    quantity: (symbol) => new Decimal(quantities[symbol] ?? 0),
    orders: (symbol) => working.filter((order) => order.symbol === symbol),
  };
}

/** The error of a strategy that was stopped. */
export function deadlineError(kind: string, deadlineMs: number): TradingError {
  return new TradingError(
    'STRATEGY.DEADLINE',
    `strategy kind ${kind} did not decide within ${deadlineMs} ms and was stopped`,
    { details: { kind, deadlineMs } },
  );
}
