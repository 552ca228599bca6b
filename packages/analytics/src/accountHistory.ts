import type { Sql } from '@trading/database';
import { Decimal, endOfDate, TradingError } from '@trading/model';
import type { EquityPoint } from './evaluateAccount';
import { selectFigureSpan } from './sql/selectFigureSpan';
import { type DatedFill, selectFills } from './sql/selectFills';
import { type StoredMetric, selectMetricHistory } from './sql/selectMetricHistory';

/** Trading dates, both included; all that there is, unless given. */
export interface Period {
  readonly from?: string;
  readonly to?: string;
}

/** The stored equity of a strategy's account over a period. */
export interface EquityHistory {
  readonly accountId: string;
  /** Before the first date. */
  readonly startingEquity: Decimal;
  /** At least one point. */
  readonly curve: readonly EquityPoint[];
  /** A year's, as a fraction: what the figures of the last date were computed with. */
  readonly riskFreeRate: Decimal;
  /** The series whose closes value what is held. */
  readonly series: string;
  /** The stored figures up to the end of the period, those before it included, in order of date. */
  readonly metrics: readonly StoredMetric[];
}

/** With every fill up to the end of the period. */
export interface AccountHistory extends EquityHistory {
  readonly fills: readonly DatedFill[];
}

/** Reads a strategy's equity. @throws TradingError `ANALYTICS.NO_FIGURES` */
export async function equityHistory(sql: Sql, strategyId: string, period: Period): Promise<EquityHistory> {
  const span = await selectFigureSpan(sql, strategyId);
  if (span === undefined) throw noFigures(strategyId, period);
  const { accountId, firstDate } = span;
  const from = period.from ?? firstDate;
  const stored = await selectMetricHistory(sql, {
    strategyId,
    metrics: ['equity', 'win_rate'],
    from: firstDate,
    to: period.to ?? span.lastDate,
  });
  const metrics = stored.filter((row) => row.accountId === accountId);
  const equities = metrics.filter(({ metric }) => metric === 'equity');
  const inside = equities.filter(({ date }) => date >= from);
  const [first, last] = [inside[0], inside.at(-1)];
  if (first === undefined || last === undefined) throw noFigures(strategyId, period);
  const before = equities.findLast(({ date }) => date < from);
  return {
    accountId,
    startingEquity: new Decimal(before?.value ?? String(first.method.startingCapital)),
    curve: inside.map(({ date, value }) => ({ date, equity: new Decimal(value ?? '0') })),
    riskFreeRate: new Decimal(String(last.method.riskFreeRate)),
    series: String(last.method.series),
    metrics,
  };
}

/** Reads a strategy's equity and fills. @throws TradingError `ANALYTICS.NO_FIGURES` */
export async function accountHistory(sql: Sql, strategyId: string, period: Period): Promise<AccountHistory> {
  const history = await equityHistory(sql, strategyId, period);
  const until = endOfDate(history.curve.at(-1)?.date ?? '');
  const fills = await selectFills(sql, { strategyId, accountId: history.accountId, from: null, until });
  return { ...history, fills };
}

function noFigures(strategyId: string, period: Period): TradingError {
  const when =
    period.from === undefined && period.to === undefined
      ? ''
      : ` from ${period.from ?? 'the start'} to ${period.to ?? 'today'}`;
  return new TradingError(
    'ANALYTICS.NO_FIGURES',
    `there are no figures of strategy '${strategyId}'${when}: they are computed when bars of its trading series arrive`,
    { details: { strategyId, ...period } },
  );
}
