import type { Backtest, BacktestFill } from '../../data/answers';
import type { DecimalText } from '../../format/decimal';

/** The figures of a backtest that the page shows; ratios are fractions, winRate is a percentage. */
export interface Figures {
  readonly totalReturn: DecimalText | null;
  readonly sharpeRatio: DecimalText | null;
  readonly maxDrawdown: DecimalText | null;
  readonly winRate: DecimalText | null;
  readonly trades: number;
  readonly days: number;
  readonly bars: number;
  readonly commission: DecimalText | null;
  readonly turnover: DecimalText | null;
  readonly refusals: readonly string[];
}

/** What a backtest was told. */
export interface BacktestQuestion {
  readonly strategy: string | undefined;
  readonly from: string;
  readonly to: string;
}

/** Reads the question: the API leaves its form to the backtest. */
export function requestOf({ request }: Backtest): BacktestQuestion {
  const { strategy, from, to } = (request ?? {}) as Readonly<Record<string, unknown>>;
  return {
    strategy: typeof strategy === 'string' ? strategy : undefined,
    from: String(from),
    to: String(to),
  };
}

/** Reads the figures. */
export function figuresOf(figures: unknown): Figures {
  const given = (figures ?? {}) as Readonly<Record<string, unknown>>;
  const decimal = (name: string) => (typeof given[name] === 'string' ? (given[name] as string) : null);
  const whole = (name: string) => (typeof given[name] === 'number' ? (given[name] as number) : 0);
  return {
    totalReturn: decimal('totalReturn'),
    sharpeRatio: decimal('sharpeRatio'),
    maxDrawdown: decimal('maxDrawdown'),
    winRate: decimal('winRate'),
    trades: whole('trades'),
    days: whole('days'),
    bars: whole('bars'),
    commission: decimal('commission'),
    turnover: decimal('turnover'),
    refusals: Array.isArray(given.refusals) ? given.refusals.map(String) : [],
  };
}

/** Reads the fills. */
export function fillsOf(fills: readonly unknown[]): readonly BacktestFill[] {
  return fills as readonly BacktestFill[];
}
