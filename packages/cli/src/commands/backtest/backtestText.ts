import type { BacktestResult } from '@trading/backtest';
import { money, percent, ratio } from '../../figures';
import { style } from '../../terminal';

/** A backtest's figures as a trader would read them. */
export function backtestText({ figures }: BacktestResult, tearSheet?: string): string {
  const orders = Object.entries(figures.orders).map(([status, count]) => `${count} ${status}`);
  const lines: [string, string][] = [
    ['Strategy', `${figures.strategyId} on ${figures.symbols.join(', ')}`],
    ['Series', `signals of ${figures.signalSource}, fills at ${figures.tradingSource}`],
    ['Period', `${figures.from} to ${figures.to}, ${figures.days.toLocaleString('en-US')} trading days`],
    ['Signals', String(figures.signals)],
    ['Orders', orders.join(', ') || 'none'],
    ...figures.refusals.map((reason): [string, string] => ['', reason]),
    ['Trades', `${figures.trades}, ${figures.closedTrades} closed round trips`],
    ['Commission', money(figures.commission)],
    ['Final equity', `${money(figures.finalEquity)}, from ${money(figures.startingEquity)}`],
    ['Return', percent(figures.totalReturn)],
    ['Sharpe ratio', ratio(figures.sharpeRatio)],
    ['Max drawdown', percent(figures.maxDrawdown)],
    ['Win rate', figures.winRate === null ? 'no closed trade' : `${ratio(figures.winRate, 1)} %`],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return [
    ...lines.map(([name, value]) => `  ${style.dim(name.padEnd(width))}  ${value}`),
    '',
    tearSheet === undefined
      ? 'Nothing was written. --json has every fill and the equity of each day, --tear-sheet FILE.html charts and more figures.'
      : `The tear sheet is in ${tearSheet}; nothing else was written.`,
  ].join('\n');
}
