import {
  type CurvePoint,
  dailyReturns,
  type ResearchFigures,
  researchFigures,
  rollingSharpe,
  type TrackRecord,
  underwater,
} from '@trading/analytics';
import type { EChartsOption } from 'echarts';
import { distributionChart, lineChart, tradesChart } from './charts';
import { escapeHtml, number, percent, table } from './html';
import { PAGE_STYLE } from './pageStyle';
import { type ChartRenderer, INK, openChartRenderer, WIDTHS } from './renderChart';
import { drawdownTable, monthTable, roundTripRows } from './tables';

/** What a tear sheet is of. */
export interface TearSheet {
  /** E.g. the strategy's name. */
  readonly title: string;
  /** What kind of record it is, in a sentence. */
  readonly subtitle: string;
  readonly record: TrackRecord;
  /** Closes of what was traded, over which its fills are drawn. */
  readonly prices: readonly { readonly symbol: string; readonly closes: readonly CurvePoint[] }[];
  /** Where it comes from: parameters, series, versions, seed. */
  readonly provenance: readonly (readonly [name: string, value: string])[];
}

/** Symbols whose trades are drawn, those with the most fills first; more would hide the rest of the page. */
const MOST_PRICE_CHARTS = 8;
/** A quarter of a year: long enough for a ratio, short enough to see it change. */
const ROLLING_DAYS = 63;

/**
 * Writes a tear sheet: one HTML page with its charts in it, which loads nothing from the network.
 *
 * @throws TradingError `ANALYTICS.RUINED`
 */
export async function renderTearSheet(sheet: TearSheet): Promise<string> {
  const { record } = sheet;
  const figures = researchFigures(record);
  const renderer = await openChartRenderer();
  const returns = dailyReturns(record.startingEquity, record.curve);
  const rolling = rollingSharpe(returns, ROLLING_DAYS).flatMap((value, day) =>
    value === null ? [] : [{ date: record.curve[day]?.date ?? '', value }],
  );
  const sections = [
    keyFigures(figures),
    section('Equity', equityChart(renderer, record, figures)),
    section(
      'Drawdown',
      chart(renderer, {
        option: lineChart(
          [{ name: 'drawdown', points: underwater(record.startingEquity, record.curve), color: INK.loss }],
          { percent: true, filled: true },
        ),
        height: 190,
        text: `The deepest fall is ${percent(figures.maxDrawdown)}; the longest took ${figures.longestDrawdownDays} days from its high until that was reached again.`,
      }),
    ),
    section('Months', monthTable(figures)),
    rolling.length === 0
      ? ''
      : section(
          `Sharpe ratio of the last ${ROLLING_DAYS} trading days`,
          chart(renderer, {
            option: lineChart([{ name: 'Sharpe ratio', points: rolling, color: INK.line }], { zero: true }),
            height: 190,
            text: `Over the whole period it is ${number(figures.sharpe)}.`,
          }),
        ),
    section(
      'Daily returns',
      chart(renderer, {
        option: distributionChart(returns),
        height: 220,
        text: `From ${percent(figures.worstDay)} to ${percent(figures.bestDay)} on ${returns.length.toLocaleString('en-US')} days; skew ${number(figures.skew)}, kurtosis ${number(figures.kurtosis)} (3 is normal).`,
      }),
    ),
    ...priceCharts(renderer, sheet),
    section('Drawdowns', drawdownTable(figures)),
    section('Round trips', roundTripRows(figures)),
    section(
      'Where this comes from',
      table(
        ['', ''],
        sheet.provenance.map(([name, value]) => [escapeHtml(name), escapeHtml(value)]),
      ),
    ),
  ];
  return page(sheet, sections);
}

function keyFigures(figures: ResearchFigures): string {
  const { trades, benchmark } = figures;
  const shown: [string, string][] = [
    ['Total return', percent(figures.totalReturn)],
    ['CAGR', percent(figures.cagr)],
    ['Volatility', percent(figures.volatility)],
    ['Sharpe ratio', number(figures.sharpe)],
    ['Sortino ratio', number(figures.sortino)],
    ['Calmar ratio', number(figures.calmar)],
    ['Omega ratio', number(figures.omega)],
    ['Maximum drawdown', percent(figures.maxDrawdown)],
    ['Longest drawdown', `${figures.longestDrawdownDays} days`],
    ['VaR, 5 % of days', percent(figures.valueAtRisk)],
    ['CVaR', percent(figures.conditionalValueAtRisk)],
    ['Exposure', percent(figures.exposure, 1)],
    ['Turnover a year', figures.turnover === null ? '–' : `${number(figures.turnover)} x`],
    ['Round trips', String(trades.closed)],
    ['Profit factor', number(trades.profitFactor)],
    ['Expectancy', number(trades.expectancy)],
    [
      'Mean holding',
      trades.averageHoldingDays === null ? '–' : `${number(trades.averageHoldingDays, 1)} days`,
    ],
    ...(benchmark === null
      ? []
      : ([
          [`Beta to ${benchmark.name}`, number(benchmark.beta)],
          ['Alpha a year', percent(benchmark.alpha)],
          ['Information ratio', number(benchmark.informationRatio)],
        ] as [string, string][])),
  ];
  const tiles = shown.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${value}</dd></div>`);
  return `<dl class="figures">${tiles.join('')}</dl>`;
}

function equityChart(renderer: ChartRenderer, record: TrackRecord, figures: ResearchFigures): string {
  const { benchmark, startingEquity, curve } = record;
  const first = benchmark?.closes[0]?.value;
  const series = [{ name: 'equity', points: curve, color: INK.line as string }];
  if (benchmark !== undefined && first !== undefined) {
    const scaled = benchmark.closes.map(({ date, value }) => ({
      date,
      value: (value / first) * startingEquity,
    }));
    series.push({ name: `${benchmark.name}, from the same start`, points: scaled, color: INK.other });
  }
  const against =
    figures.benchmark === null
      ? ''
      : ` ${figures.benchmark.name} made ${percent(figures.benchmark.totalReturn)}.`;
  return chart(renderer, {
    option: lineChart(series),
    height: 300,
    text: `From ${number(startingEquity)} to ${number(figures.finalEquity)}, ${percent(figures.totalReturn)}.${against}`,
  });
}

function priceCharts(renderer: ChartRenderer, { prices, record }: TearSheet): string[] {
  const of = (symbol: string) => record.fills.filter((fill) => fill.symbol === symbol);
  return prices
    .map((price) => ({ ...price, fills: of(price.symbol) }))
    .filter(({ closes }) => closes.length > 0)
    .sort((one, other) => other.fills.length - one.fills.length)
    .slice(0, MOST_PRICE_CHARTS)
    .map(({ symbol, closes, fills }) =>
      section(
        `${symbol}: trades over its price`,
        chart(renderer, {
          option: tradesChart(
            closes,
            fills.map(({ date, side, price }) => ({ date, side, price: price.toNumber() })),
          ),
          height: 260,
          text: `${fills.filter(({ side }) => side === 'buy').length} fills bought, ${fills.filter(({ side }) => side === 'sell').length} sold.`,
        }),
      ),
    );
}

function chart(
  renderer: ChartRenderer,
  {
    option,
    height,
    text,
  }: { readonly option: EChartsOption; readonly height: number; readonly text: string },
): string {
  const drawn = Object.entries(WIDTHS).map(
    ([name, width]) =>
      `<div class="${name}" aria-hidden="true">${renderer.render(option, { width, height })}</div>`,
  );
  return `<figure>${drawn.join('')}<figcaption>${escapeHtml(text)}</figcaption></figure>`;
}

function section(title: string, content: string): string {
  return `<section><h2>${escapeHtml(title)}</h2>${content}</section>`;
}

function page({ title, subtitle }: TearSheet, sections: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<header><h1>${escapeHtml(title)}</h1><p>${escapeHtml(subtitle)}</p></header>
${sections.filter((part) => part !== '').join('\n')}
</main>
</body>
</html>
`;
}
