import type { Command } from 'commander';
import { registerCancelOrder } from './orders/cancel';
import { registerListOrders } from './orders/list';
import { registerPlaceOrder } from './orders/place';
import { registerOrderSeries } from './orders/series';
import { registerShowOrder } from './orders/show';

/** `trading orders`: see them, place and cancel them by hand. */
export function registerOrders(program: Command): void {
  const orders = program
    .command('orders')
    .summary('list, show, place and cancel orders; at which series they fill');
  for (const register of [
    registerListOrders,
    registerShowOrder,
    registerPlaceOrder,
    registerCancelOrder,
    registerOrderSeries,
  ])
    register(orders);
}
