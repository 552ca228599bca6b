import { Amount } from '../../components/Amount';
import { StrategyLink, SymbolLink } from '../../components/Links';
import { Moment } from '../../components/Moment';
import type { Column } from '../../components/Table';
import { Tag } from '../../components/Tag';
import type { Fill, Order } from '../../data/answers';
import { money, NONE, price, quantity } from '../../format/decimal';
import { hrefOf } from '../../navigation/place';

/** Which orders can still fill. */
export const WORKING = 'pending,submitted,partially_filled';

/** The price that an order names, in the words of a ticket. */
export function priceOf({
  orderType,
  price: limit,
  stopPrice,
}: Pick<Order, 'orderType' | 'price' | 'stopPrice'>): string {
  switch (orderType) {
    case 'market':
      return 'market';
    case 'limit':
      return price(limit);
    case 'stop':
      return `stop ${price(stopPrice)}`;
    case 'stop_limit':
      return `stop ${price(stopPrice)}, limit ${price(limit)}`;
  }
}

/** Whether it can still be cancelled. */
export function isWorking({ status }: Order): boolean {
  return WORKING.split(',').includes(status);
}

/** Columns of orders. */
export const ORDER_COLUMNS: readonly Column<Order>[] = [
  {
    title: 'Decided (UTC)',
    cell: (order) => (
      <a href={hrefOf(['orders', order.orderId])}>
        <Moment of={order.decidedAt} />
      </a>
    ),
  },
  { title: 'Account', cell: ({ accountId }) => accountId, wide: true },
  { title: 'Symbol', cell: (order) => <SymbolLink {...order} /> },
  { title: 'Side', cell: ({ side }) => side },
  { title: 'Quantity', cell: (order) => quantity(order.quantity), number: true },
  { title: 'Filled', cell: (order) => quantity(order.filledQuantity), number: true, wide: true },
  { title: 'At', cell: priceOf, number: true, wide: true },
  { title: 'Fill price', cell: (order) => price(order.avgFillPrice), number: true, wide: true },
  {
    title: 'Status',
    cell: ({ status, reason }) => (
      <>
        <Tag of={status} />
        {reason === null ? null : <span class="sub">{reason}</span>}
      </>
    ),
  },
  { title: 'Strategy', cell: (order) => <StrategyLink {...order} />, wide: true },
];

/** Columns of fills. */
export const FILL_COLUMNS: readonly Column<Fill>[] = [
  {
    title: 'Executed (UTC)',
    cell: (fill) => (
      <a href={hrefOf(['orders', fill.orderId])}>
        <Moment of={fill.executedAt} />
      </a>
    ),
  },
  { title: 'Account', cell: ({ accountId }) => accountId, wide: true },
  { title: 'Symbol', cell: (fill) => <SymbolLink {...fill} /> },
  { title: 'Side', cell: ({ side, kind }) => (kind === 'fill' ? side : `${side}, ${kind}`) },
  { title: 'Quantity', cell: (fill) => quantity(fill.quantity), number: true },
  { title: 'Price', cell: (fill) => price(fill.price), number: true },
  { title: 'Commission', cell: ({ commission }) => money(commission), number: true, wide: true },
  { title: 'Realised', cell: ({ realizedPnl }) => <Amount of={realizedPnl} />, number: true },
  { title: 'Settles', cell: ({ settlementDate }) => settlementDate ?? NONE, wide: true },
  { title: 'Strategy', cell: (fill) => <StrategyLink {...fill} />, wide: true },
];
