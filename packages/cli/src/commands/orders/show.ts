import type { LoggedMove, OrderHistory } from '@trading/execution';
import type { Command } from 'commander';
import { onAction, withJson } from '../../command';
import { textTable } from '../../output';
import { ordersText } from './list';
import { withExecution } from './withExecution';

/** `trading orders show` */
export function registerShowOrder(orders: Command): void {
  const command = orders
    .command('show')
    .summary('one order with what risk decided, its log and its fills')
    .argument('<order>', 'its id, as `orders list` shows it');
  onAction(withJson(command), (context, _options, [orderId = '']) =>
    withExecution(context, async ({ execution }) => {
      const history = await execution.orderHistory(orderId);
      context.output.result(history, () => historyText(history));
      return undefined;
    }),
  );
}

function historyText(history: OrderHistory): string {
  const { order, log, trades, referencePrice, replacedBy } = history;
  const facts = [
    ['risk', decisionText(log[0])],
    ['last price then', referencePrice],
    ['reason', order.reason],
    ["broker's id", order.brokerOrderId],
    ['signal', order.signalId],
    ['replaces', order.replacesOrderId],
    ['replaced by', replacedBy],
    ['correlation', order.correlationId],
  ].flatMap(([name, value]) => (value == null ? [] : [`${name}: ${value}`]));
  return [
    ordersText([order]),
    facts.join('\n'),
    textTable(
      ['when', 'event', 'from', 'to'],
      log.map(({ at, event, from, to }) => [new Date(at).toISOString(), event, from ?? '', to]),
    ),
    trades.length === 0
      ? 'Nothing was filled.'
      : textTable(
          ['executed', '', 'quantity', 'price', 'commission', 'execution'],
          trades.map(({ executedAt, kind, quantity, price, commission, executionId }) => [
            new Date(executedAt).toISOString(),
            kind,
            quantity,
            price,
            commission,
            executionId,
          ]),
        ),
  ].join('\n\n');
}

/** What risk decided, from the first row of the log. */
function decisionText(created: LoggedMove | undefined): string | null {
  const details = created?.details;
  if (details == null) return null;
  if (created?.event === 'denied') {
    const { limit, limitValue, observed } = details;
    return `denied by ${limit}${limitValue == null ? '' : ` (limit ${limitValue}, would be ${observed})`}`;
  }
  const checks = Object.entries((details.checks ?? {}) as Record<string, unknown>).map(([limit, value]) =>
    Array.isArray(value) ? `${limit} ${value[1]} of ${value[0]}` : `${limit} ${value}`,
  );
  return `allowed: ${checks.join(', ')}`;
}
