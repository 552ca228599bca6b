import { createAnalyticsService, type ResearchFigures, researchFigures } from '@trading/analytics';
import { accountTearSheet } from '@trading/backtest';
import { createIngestionService } from '@trading/ingestion';
import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import { benchmarkOf, type TearSheetOptions, withTearSheet, writeTearSheet } from '../tearSheetFile';
import { style } from '../terminal';
import { openServicePool } from './openServicePool';

interface ReportOptions extends TearSheetOptions {
  readonly from?: string;
  readonly to?: string;
}

/** `trading report`: how a strategy did, as it traded. */
export function registerReport(program: Command): void {
  const command = program
    .command('report')
    .summary('how a strategy did, as it traded: figures and a tear sheet')
    .description(
      "Computes a strategy's figures over a period from its stored equity and fills, trades of the period alone, and writes " +
        'them as a page with charts where --tear-sheet says so. Reads only.',
    )
    .argument('<strategy>', 'its id')
    .option('--from <date>', 'first trading date; the first that has figures')
    .option('--to <date>', 'last trading date; the last that has figures');
  onAction<ReportOptions>(withJson(withTearSheet(command)), async (context, options, [strategyId = '']) => {
    await using analytics = await openServicePool(context, 'analytics');
    const period = {
      ...(options.from === undefined ? {} : { from: options.from }),
      ...(options.to === undefined ? {} : { to: options.to }),
    };
    const history = await createAnalyticsService({ pool: analytics }).history(strategyId, period);
    const benchmark = benchmarkOf(options, history.series);
    await using ingestion = await openServicePool(context, 'ingestion');
    const { bars } = createIngestionService({ pool: ingestion });
    const sheet = await accountTearSheet(bars, strategyId, history, benchmark);
    const figures = researchFigures(sheet.record);
    const written = await writeTearSheet(options, async () => sheet);
    context.output.result(
      { strategyId, accountId: history.accountId, figures, tearSheet: written ?? null },
      () =>
        [
          sheet.title,
          style.dim(sheet.subtitle),
          '',
          ...figureLines(figures),
          '',
          written === undefined
            ? 'Nothing was written; --tear-sheet FILE.html makes a page of it.'
            : `The tear sheet is in ${written}.`,
        ].join('\n'),
    );
    return undefined;
  });
}

function figureLines(figures: ResearchFigures): string[] {
  const { trades, benchmark } = figures;
  const lines: [string, string][] = [
    ['Final equity', `${number(figures.finalEquity)}, from ${number(figures.startingEquity)}`],
    ['Return', percent(figures.totalReturn)],
    ['CAGR', percent(figures.cagr)],
    ['Volatility', percent(figures.volatility)],
    ['Sharpe ratio', number(figures.sharpe)],
    ['Sortino ratio', number(figures.sortino)],
    ['Calmar ratio', number(figures.calmar)],
    ['Max drawdown', `${percent(figures.maxDrawdown)}, the longest ${figures.longestDrawdownDays} days`],
    ['VaR, CVaR', `${percent(figures.valueAtRisk)}, ${percent(figures.conditionalValueAtRisk)} of a day`],
    ['Exposure', percent(figures.exposure)],
    ['Round trips', String(trades.closed)],
    ['Profit factor', number(trades.profitFactor)],
    ['Expectancy', number(trades.expectancy)],
    ...(benchmark === null
      ? []
      : [
          [
            `Against ${benchmark.name}`,
            `beta ${number(benchmark.beta)}, alpha ${percent(benchmark.alpha)} a year, information ratio ${number(benchmark.informationRatio)}`,
          ] as [string, string],
        ]),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `  ${style.dim(name.padEnd(width))}  ${value}`);
}

function percent(value: number | null): string {
  return value === null ? 'not defined' : `${number(value * 100)} %`;
}

function number(value: number | null): string {
  if (value === null) return 'not defined';
  return value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
