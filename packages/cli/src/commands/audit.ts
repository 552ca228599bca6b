import type { AuditedTrade, PositionAudit } from '@trading/execution';
import { createExecutionService } from '@trading/execution';
import { parseSymbol } from '@trading/model';
import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import { textTable } from '../output';
import { tradingDayEnd } from './moment';

import { openServicePool } from './openServicePool';

/** `trading audit`: how something came to be. */
export function registerAudit(program: Command): void {
  const audit = program.command('audit').summary('how a position came to be');
  registerPosition(audit);
}

function registerPosition(audit: Command): void {
  const command = audit
    .command('position')
    .summary('a position back to its fills, orders, risk decisions, signals and bars')
    .description(
      'Derives the position again from its trades, each with its order, the signal that asked for it and the ' +
        'bar that gave the signal. --json has every move of each order too, with what risk checked.',
    )
    .argument('<account>', 'whose')
    .argument('<symbol>', 'of what')
    .option(
      '--as-of <time>',
      'count what was executed up to then; a date includes that day in New York',
      tradingDayEnd,
    );
  onAction<{ asOf?: Date }>(withJson(command), async (context, { asOf }, [account = '', symbol = '']) => {
    const ticker = parseSymbol(symbol);
    await using pool = await openServicePool(context, 'execution');
    const position = await createExecutionService({ pool }).auditPosition(account, ticker, asOf);
    context.output.result(position, () => auditText(position));
    return undefined;
  });
}

function auditText(audit: PositionAudit): string {
  const { accountId, symbol, asOf, quantity, avgPrice, realizedPnl, commission, trades, splits } = audit;
  const moment = asOf === null ? 'now' : `as of ${asOf.toISOString()}`;
  if (trades.length === 0) return `${accountId} ${symbol}, ${moment}: nothing was traded.`;
  return [
    textTable(
      [
        'executed',
        'side',
        'quantity',
        'price',
        'commission',
        'P&L',
        'position',
        'average',
        'order',
        'signal',
        'bar',
        'bar close',
      ],
      trades.map(tradeRow),
    ),
    `${accountId} ${symbol}, ${moment}: ${quantity} at ${avgPrice}, realized P&L ${realizedPnl}, commissions ${commission}, ` +
      `from ${trades.length} trades`,
    ...splits.map(
      ({ actionId, numerator, denominator, after, cashInLieu }) =>
        `${actionId}, ${numerator} for ${denominator}: ${after.quantity} at ${after.avgPrice} after it, cash in lieu ${cashInLieu}`,
    ),
  ].join('\n\n');
}

function tradeRow(trade: AuditedTrade): string[] {
  const { executedAt, kind, side, quantity, price, commission, realizedPnl, after, order } = trade;
  return [
    executedAt.toISOString(),
    kind === 'bust' ? `${side} (bust)` : side,
    quantity,
    price,
    commission,
    realizedPnl,
    after.quantity,
    after.avgPrice,
    `${order.orderId} ${order.orderType} ${order.quantity} ${order.status}`,
    order.signalId ?? '',
    order.signal?.barTimestamp.toISOString() ?? '',
    order.signal?.price ?? '',
  ];
}
