import type { streaming } from '@alpacahq/alpaca-trade-api';
import { Decimal, TradingError } from '@trading/model';
import type { BrokerFill, BrokerMessage, BrokerOrder, BrokerStream } from '../remoteBroker';
import { amount, moment, text, toBrokerOrder } from './alpacaOrder';
import { alpacaSdk } from './sdk';

/** Where and as whom to listen. */
export interface AlpacaStreamOptions {
  readonly keyId: string;
  readonly secret: string;
  readonly url: string;
  /** The first wait before a reconnect, ms. */
  readonly reconnectMs: number;
  /** How often it is asked for a sign of life, ms; 0: never. */
  readonly pingEveryMs: number;
  /** Hears of frames that can't be read: what they said is found by the next reconciliation. */
  readonly onError: (error: unknown) => void;
}

/**
 * Opens the `trade_updates` stream and keeps it open. It never replays: `connected` is said each time that it is up again,
 * so that the gap is asked for.
 */
export function listenToAlpaca(
  options: AlpacaStreamOptions,
  listener: (message: BrokerMessage) => void,
): BrokerStream {
  const { streaming } = alpacaSdk();
  const stream = new streaming.TradingStream({
    credentials: { keyId: options.keyId, secret: options.secret },
    url: options.url,
    maxReconnectAttempts: streaming.UNLIMITED_RECONNECT_ATTEMPTS,
    initialReconnectMs: options.reconnectMs,
    pingIntervalMs: options.pingEveryMs,
  });
  stream.onConnect(() => stream.subscribeTradeUpdates());
  stream.onConnect(() => listener({ kind: 'connected' }));
  stream.onReconnected(() => listener({ kind: 'connected' }));
  stream.onError((message) => options.onError(message));
  stream.onTradeUpdate((update) => {
    try {
      const message = toMessage(update);
      if (message !== undefined) listener(message);
    } catch (error) {
      options.onError(error);
    }
  });
  stream.connect();
  return {
    ready: stream.whenAuthenticated().then(({ authenticated, message }) => {
      if (authenticated) return;
      throw new TradingError('BROKER.UNAUTHORIZED', `alpaca's stream refuses the connection: ${message}`, {
        kind: 'operational',
      });
    }),
    stop: async () => void stream.disconnect(),
  };
}

function toMessage(update: streaming.TradeUpdate): BrokerMessage | undefined {
  const at = moment('timestamp', update.timestamp);
  const order = toBrokerOrder(update.order);
  const { event } = update;
  switch (event) {
    case 'fill':
    case 'partial_fill':
      return { kind: 'fill', order, fill: toFill(update, order, at) };
    case 'trade_correct': {
      const executionId = text('previous_execution_id', update.previous_execution_id);
      return { kind: 'correction', executionId, order, fill: toFill(update, order, at), at };
    }
    case 'trade_bust':
      return {
        kind: 'bust',
        executionId: text('execution_id', update.previous_execution_id ?? update.executionId),
        at,
      };
    case 'new':
    case 'accepted':
    case 'pending_new':
      return { kind: 'accepted', order, reason: event, at };
    case 'canceled':
    case 'expired':
    case 'done_for_day':
      return { kind: 'cancelled', order, reason: `${event} at alpaca`, at };
    // Told of the order that was replaced; should it be told of the new one, that one was accepted.
    case 'replaced':
      return { kind: order.state === 'replaced' ? 'replaced' : 'accepted', order, reason: event, at };
    case 'rejected':
    case 'suspended':
      return { kind: 'rejected', order, reason: `${event} by alpaca`, at };
    // Of the order that works on there is nothing to tell.
    case 'order_replace_rejected':
      return order.state === 'rejected'
        ? { kind: 'rejected', order, reason: 'replace rejected by alpaca', at }
        : undefined;
    default:
      return undefined;
  }
}

function toFill(update: streaming.TradeUpdate, order: BrokerOrder, executedAt: Date): BrokerFill {
  return {
    executionId: text('execution_id', update.executionId),
    source: 'stream',
    brokerOrderId: order.brokerOrderId,
    clientOrderId: order.clientOrderId,
    symbol: order.symbol,
    side: order.side,
    quantity: amount('qty', update.qty),
    price: amount('price', update.price),
    commission: new Decimal(0),
    executedAt,
  };
}
