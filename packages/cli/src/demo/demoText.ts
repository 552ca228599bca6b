import { money, percent, ratio } from '../figures';
import { style } from '../terminal';
import type { DemoResult } from './runDemo';

/** The summary as a trader would read it, and where to look further. */
export function demoText({
  plan,
  tradedNow,
  ingestion,
  eventsDelivered,
  elapsedMs,
  summary,
}: DemoResult): string {
  const orders = Object.entries(summary.orders).map(([status, orderCount]) => `${orderCount} ${status}`);
  const lines: [string, string][] = [
    ['Strategy', `${plan.strategyId} on account ${plan.accountId}`],
    ['Period', `${summary.from} to ${summary.to}`],
    ['Bars', `${summary.bars.toLocaleString('en-US')} trading days`],
    ['Signals', String(summary.signals)],
    ['Orders', orders.join(', ') || 'none'],
    ...summary.refusals.map((reason): [string, string] => ['', reason]),
    ['Trades', `${summary.trades}, ${summary.closedTrades} closed round trips`],
    ['Commission', money(summary.commission)],
    ['Final equity', `${money(summary.finalEquity)}, from ${money(summary.startingCapital)}`],
    ['Return', percent(summary.totalReturn)],
    ['Sharpe ratio', ratio(summary.sharpeRatio)],
    ['Max drawdown', percent(summary.maxDrawdown)],
    ['Win rate', summary.winRate === null ? 'no closed trade' : `${ratio(summary.winRate, 1)} %`],
    ['Alerts sent', String(summary.alerts)],
    [
      'Events',
      `${summary.events.toLocaleString('en-US')} in the log, ${eventsDelivered.toLocaleString('en-US')} deliveries this time`,
    ],
    ['Log lines', summary.logLines.toLocaleString('en-US')],
    ['Time taken', `${(elapsedMs / 1000).toFixed(1)} s`],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return [
    heading(tradedNow, ingestion.interrupted),
    '',
    ...lines.map(([name, value]) => `  ${style.dim(name.padEnd(width))}  ${value}`),
    '',
    'Look further:',
    '  npx trading studio       every table of it',
    '  npx trading status       servers, databases, roles',
    '  npx trading down         stop the servers; the data stays',
  ].join('\n');
}

function heading(tradedNow: boolean, interrupted: boolean): string {
  if (interrupted)
    return style.yellow('Stopped. Everything up to here is done and stays; run it again to go on.');
  return tradedNow
    ? style.green('The trading days are done.')
    : style.green(
        'Nothing new: every trading day of the file had been traded before, and was left as it is.',
      );
}
