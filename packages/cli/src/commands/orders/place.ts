import { randomUUID } from 'node:crypto';
import type { Order } from '@trading/execution';
import { ORDER_SIDES, type OrderSide, TIMES_IN_FORCE, type TimeInForce, TradingError } from '@trading/model';
import { Argument, type Command, Option } from 'commander';
import { onAction, withJson } from '../../command';
import { EXIT } from '../../exitCode';
import { tradingDayEnd } from '../moment';
import { typeText } from './list';
import { type OrderCommand, withExecution } from './withExecution';

interface PlaceOptions {
  limit?: string;
  stop?: string;
  timeInForce: TimeInForce;
  strategy?: string;
  id?: string;
  at?: Date;
  realMoney?: boolean;
}

/** `trading orders place` */
export function registerPlaceOrder(orders: Command): void {
  const command = orders
    .command('place')
    .summary('place an order by hand, through the risk check: place ACCOUNT buy 10 AAPL')
    .description(
      'Risk decides as it does on every order; exits 1 where the order is denied or refused, and says by which limit. A paper\n' +
        'account fills it from the next bar that `trading run` handles. At a remote broker it stays pending until `trading run`\n' +
        'hands it over; one that trades real money wants --real-money.',
    )
    .argument('<account>', 'whose')
    .addArgument(new Argument('<side>').choices(ORDER_SIDES))
    .argument('<quantity>', 'shares')
    .argument('<symbol>', 'of what')
    .option('--limit <price>', 'no worse than this')
    .option('--stop <price>', 'not before this price is reached')
    .addOption(
      new Option('--time-in-force <how>', 'how long it works').choices(TIMES_IN_FORCE).default('day'),
    )
    .option('--strategy <id>', 'in the name of a strategy')
    .option('--id <id>', 'its id: the same call again finds this order instead of placing another')
    .option(
      '--at <time>',
      'market time of the decision, for bars of the past; now, unless told',
      tradingDayEnd,
    )
    .option('--real-money', 'yes: the account is at a broker that trades real money');
  onAction<PlaceOptions>(withJson(command), (context, options, args) =>
    withExecution(context, async (opened) => {
      const order = await place(opened, options, args);
      const remoteName = opened.remoteAccounts.get(order.accountId);
      context.output.result({ order }, () => placedText(order, remoteName));
      return order.status === 'rejected' ? EXIT.problem : EXIT.ok;
    }),
  );
}

function place(
  { execution, remoteAccounts }: OrderCommand,
  { limit, stop, timeInForce, strategy, id, at, realMoney }: PlaceOptions,
  [accountId = '', side = '', quantity = '', symbol = '']: readonly string[],
): Promise<Order> {
  const broker = remoteAccounts.get(accountId);
  if (broker?.endsWith('live') === true && realMoney !== true) {
    throw new TradingError(
      'CLI.REAL_MONEY',
      `account ${accountId} is at ${broker}, which trades real money: say --real-money to place this order`,
    );
  }
  const stops = stop === undefined ? {} : { stopPrice: stop };
  const limits = limit === undefined ? {} : { price: limit };
  const stopType = limit === undefined ? 'stop' : 'stop_limit';
  return execution.placeOrder({
    orderId: id ?? `hand-${randomUUID()}`,
    accountId,
    side: side as OrderSide,
    quantity,
    symbol,
    orderType: stop !== undefined ? stopType : limit === undefined ? 'market' : 'limit',
    timeInForce,
    ...stops,
    ...limits,
    ...(strategy === undefined ? {} : { strategyId: strategy }),
    ...(at === undefined ? {} : { decidedAt: at }),
  });
}

function placedText(order: Order, broker: string | undefined): string {
  const { orderId, side, quantity, symbol, status, reason } = order;
  const what = `${orderId}: ${side} ${quantity} ${symbol} ${typeText(order)}`;
  if (status === 'rejected') return `${what} was ${reason}`;
  return status === 'pending' && broker !== undefined
    ? `${what} is pending: \`trading run\` hands it to ${broker}`
    : `${what} is ${status}`;
}
