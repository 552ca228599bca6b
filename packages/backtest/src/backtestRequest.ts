import type { CurveFigures } from '@trading/model';
import { z } from 'zod';

const decimalText = z
  .string()
  .regex(/^\d+(\.\d{1,4})?$/, 'must be a decimal as text with at most 4 decimals');

/** What a backtest is told. */
export const backtestRequest = z.object({
  /** A stored strategy: its parameters, account and limits. Without one, `parameters` say all. */
  strategy: z.string().optional(),
  /** Parameters on top of the strategy's own, as its rule reads them. */
  parameters: z.record(z.string(), z.unknown()).default({}),
  /** In place of the strategy's own. */
  symbols: z.array(z.string()).min(1).optional(),
  /** Trading dates, both included. */
  from: z.iso.date(),
  to: z.iso.date(),
  /** The series at whose prices orders fill, in place of the strategy's own. */
  source: z.string().optional(),
  /** In place of the strategy's own; its limits are then the starter limits of this capital. */
  capital: decimalText.optional(),
  /** What chance there is in it follows from this text: the same seed, the same fills. */
  seed: z.string().default(''),
  /** The part of orders that the broker refuses; which ones follows from the seed. */
  rejectRate: z.number().min(0).max(1).default(0),
  /** How much worse than the bar's price orders fill; the paper broker's own unless told. */
  slippageBps: decimalText.optional(),
  /** The most of a bar's volume that orders take together, as a fraction; no bound unless told. */
  maxVolumeShare: decimalText.optional(),
});

/** A backtest to run. */
export type BacktestRequest = z.output<typeof backtestRequest>;

/** A fill of a backtest; numbers are decimal text. */
export interface BacktestFill {
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: string;
  readonly price: string;
  readonly commission: string;
  /** After commission. */
  readonly realizedPnl: string;
  /** Start of the bar that filled it, ISO 8601. */
  readonly executedAt: string;
}

/** What a backtest comes to. Money and ratios are decimal text; ratios are fractions, winRate is a percentage. */
export interface BacktestFigures extends CurveFigures {
  readonly strategyId: string;
  readonly symbols: readonly string[];
  readonly signalSource: string;
  readonly tradingSource: string;
  /** First and last trading date with a bar of the trading series. */
  readonly from: string;
  readonly to: string;
  readonly days: number;
  /** Of the trading series, all symbols together. */
  readonly bars: number;
  readonly signals: number;
  readonly orders: Readonly<Record<string, number>>;
  /** Why orders were denied or rejected, each reason once, the first five. */
  readonly refusals: readonly string[];
  /** Fills. */
  readonly trades: number;
  readonly commission: string;
  readonly turnover: string;
  readonly seed: string;
}

/** A backtest's figures, with every fill and every day's equity. */
export interface BacktestResult {
  readonly figures: BacktestFigures;
  readonly fills: readonly BacktestFill[];
  readonly equityCurve: readonly { readonly date: string; readonly equity: string }[];
}
