import type { trading } from '@alpacahq/alpaca-trade-api';
import { type Decimal, exactDecimal, isTradingError, TradingError } from '@trading/model';
import type { BrokerOrder, BrokerOrderState } from '../remoteBroker';

/** Alpaca's order states, by what they mean to us. What waits for something still works. */
const STATES: Readonly<Record<string, BrokerOrderState>> = {
  new: 'working',
  partially_filled: 'working',
  accepted: 'working',
  pending_new: 'working',
  accepted_for_bidding: 'working',
  stopped: 'working',
  held: 'working',
  pending_cancel: 'working',
  pending_replace: 'working',
  calculated: 'working',
  filled: 'filled',
  done_for_day: 'cancelled',
  canceled: 'cancelled',
  expired: 'cancelled',
  replaced: 'replaced',
  rejected: 'rejected',
  suspended: 'rejected',
};

/**
 * Reads an order of Alpaca's.
 *
 * @throws TradingError `BROKER.UNREADABLE` naming the field
 */
export function toBrokerOrder(order: trading.Order): BrokerOrder {
  const status = text('status', order.status);
  const state = STATES[status];
  if (state === undefined) throw unreadable('status', status);
  return {
    brokerOrderId: text('id', order.id),
    clientOrderId: text('client_order_id', order.clientOrderId),
    symbol: text('symbol', order.symbol),
    side: side(order.side),
    quantity: amount('qty', order.qty),
    filledQuantity: number('filled_qty', order.filledQty ?? '0'),
    state,
  };
}

/** A field that has to be there. @throws TradingError `BROKER.UNREADABLE` */
export function text(field: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw unreadable(field, value);
}

/** Fractions of shares have nine digits; what is too fine for a column of ours is said where it is stored. */
const WIDE = { precision: 40, scale: 20 };

/** A number. @throws TradingError `BROKER.UNREADABLE` */
export function number(field: string, value: unknown): Decimal {
  try {
    return exactDecimal(field, text(field, value), WIDE);
  } catch (error) {
    if (isTradingError(error, 'BROKER.UNREADABLE')) throw error;
    throw unreadable(field, value);
  }
}

/** A quantity or price: a number above 0. @throws TradingError `BROKER.UNREADABLE` */
export function amount(field: string, value: unknown): Decimal {
  const read = number(field, value);
  if (read.gt(0)) return read;
  throw unreadable(field, value);
}

/** A moment; where none is given, now. @throws TradingError `BROKER.UNREADABLE` */
export function moment(field: string, value: Date | undefined): Date {
  const read = value ?? new Date();
  if (Number.isFinite(read.getTime())) return read;
  throw unreadable(field, String(value));
}

/** A side; a short sale is a sale. @throws TradingError `BROKER.UNREADABLE` */
export function side(value: unknown): 'buy' | 'sell' {
  if (value === 'buy') return 'buy';
  if (value === 'sell' || value === 'sell_short') return 'sell';
  throw unreadable('side', value);
}

function unreadable(field: string, value: unknown): TradingError {
  return new TradingError(
    'BROKER.UNREADABLE',
    `alpaca sent ${field} as ${shortened(value)}, which can't be read`,
    {
      kind: 'operational',
      details: { field, value: shortened(value) },
    },
  );
}

/** As JSON, and no longer than a line of a log: whatever the broker sent. */
function shortened(value: unknown): string {
  const json = JSON.stringify(value) ?? 'undefined';
  return json.length > 100 ? `${json.slice(0, 100)}…` : json;
}
