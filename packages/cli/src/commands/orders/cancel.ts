import { userInfo } from 'node:os';
import type { Order } from '@trading/execution';
import { cancelOrder, openBrokerSession } from '@trading/system';
import type { Command } from 'commander';
import { onAction, withJson } from '../../command';
import type { CommandContext } from '../../context';
import { EXIT } from '../../exitCode';
import { type OrderCommand, withExecution } from './withExecution';

/** `trading orders cancel` */
export function registerCancelOrder(orders: Command): void {
  const command = orders
    .command('cancel')
    .summary('cancel an order at the broker that holds it')
    .description(
      'A paper order is cancelled at once. At a remote broker the cancel is asked for there, and what the broker made of it is\n' +
        'followed; it needs the keys of that account (ALPACA_TRADING_ACCOUNT). Exits 1 where the order was done before.',
    )
    .argument('<order>', 'its id')
    .option('--reason <text>', 'why; it is kept', `asked for by ${userInfo().username}`);
  onAction<{ reason: string }>(withJson(command), (context, { reason }, [orderId = '']) =>
    withExecution(context, async (opened) => {
      const order = await cancel(context, opened, orderId, reason);
      context.output.result({ order }, () => cancelText(order));
      return order.status === 'filled' || order.status === 'rejected' ? EXIT.problem : EXIT.ok;
    }),
  );
}

async function cancel(
  context: CommandContext,
  { execution, pool, remote }: OrderCommand,
  orderId: string,
  reason: string,
): Promise<Order> {
  const brokerSession =
    remote === undefined ? undefined : openBrokerSession(pool, remote, context.output.say);
  return cancelOrder({ pools: { execution: pool }, execution, remote, brokerSession }, orderId, reason);
}

function cancelText({ orderId, status, reason, filledQuantity, quantity }: Order): string {
  const filled = `${filledQuantity} of ${quantity} filled`;
  if (status === 'cancelled') return `${orderId} is cancelled (${reason}), ${filled}.`;
  return status === 'filled' || status === 'rejected'
    ? `${orderId} was ${status} before it could be cancelled, ${filled}.`
    : `${orderId}: the broker was asked to cancel it and hasn't yet; it is ${status}, ${filled}.`;
}
