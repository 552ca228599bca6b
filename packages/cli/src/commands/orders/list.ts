import { leaves, type Order } from '@trading/execution';
import { ORDER_STATUSES, type OrderStatus, parseSymbol } from '@trading/model';
import { type Command, Option } from 'commander';
import { onAction, withJson } from '../../command';
import { textTable } from '../../output';
import { tradingDayStart } from '../moment';
import { wholeNumber } from '../wholeNumber';
import { withExecution } from './withExecution';

interface ListOptions {
  account?: string;
  symbol?: string;
  status?: OrderStatus[];
  strategy?: string;
  since?: Date;
  limit: number;
}

/** `trading orders list` */
export function registerListOrders(orders: Command): void {
  const command = orders
    .command('list')
    .summary('orders, youngest first')
    .option('--account <id>', 'of one account')
    .option('--symbol <symbol>', 'of one symbol')
    .addOption(new Option('--status <status...>', 'in one of these states').choices(ORDER_STATUSES))
    .option('--strategy <id>', 'of one strategy')
    .option('--since <time>', 'decided at or after; a date is midnight in New York', tradingDayStart)
    .option('--limit <orders>', 'at most so many', wholeNumber(1), 50);
  onAction<ListOptions>(withJson(command), (context, { account, symbol, status, strategy, since, limit }) =>
    withExecution(context, async ({ execution }) => {
      const found = await execution.listOrders({
        limit,
        ...(account === undefined ? {} : { accountId: account }),
        ...(symbol === undefined ? {} : { symbol: parseSymbol(symbol) }),
        ...(status === undefined ? {} : { statuses: status }),
        ...(strategy === undefined ? {} : { strategyId: strategy }),
        ...(since === undefined ? {} : { since }),
      });
      context.output.result({ orders: found }, () => ordersText(found));
      return undefined;
    }),
  );
}

/** Orders as a table. */
export function ordersText(orders: readonly Order[]): string {
  if (orders.length === 0) return 'There is no such order.';
  return textTable(
    [
      'order',
      'account',
      '',
      'quantity',
      'symbol',
      'type',
      'state',
      'filled',
      'at',
      'left',
      'strategy',
      'decided',
    ],
    orders.map((order) => [
      order.orderId,
      order.accountId,
      order.side,
      order.quantity.toString(),
      order.symbol,
      typeText(order),
      order.status,
      order.filledQuantity.toString(),
      order.avgFillPrice?.toString() ?? '',
      leaves(order).toString(),
      order.strategyId ?? '',
      order.decidedAt.toISOString(),
    ]),
  );
}

/** Its type with its prices and how long it works, e.g. `limit 95 gtc`. */
export function typeText({ orderType, stopPrice, price, timeInForce }: Order): string {
  return [orderType, stopPrice === null ? '' : `stop ${stopPrice}`, price ?? '', timeInForce]
    .filter((word) => word !== '')
    .join(' ');
}
