import type { Command } from 'commander';
import { registerCancelOrder } from './orders/cancel';
import { registerListOrders } from './orders/list';
import { registerPlaceOrder } from './orders/place';
import { registerShowOrder } from './orders/show';

/** `trading orders`: see them, place and cancel them by hand. */
export function registerOrders(program: Command): void {
  const orders = program.command('orders').summary('list, show, place and cancel orders');
  for (const register of [registerListOrders, registerShowOrder, registerPlaceOrder, registerCancelOrder])
    register(orders);
}
