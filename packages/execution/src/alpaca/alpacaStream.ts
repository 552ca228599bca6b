import { streaming } from '@alpacahq/alpaca-trade-api';
import { Decimal, TradingError } from '@trading/model';
import type { BrokerMessage, BrokerStream } from '../broker/remoteBroker';
import { text, toBrokerOrder } from './alpacaOrder';

/** Where and as whom to listen. */
export interface AlpacaStreamOptions {
  readonly keyId: string;
  readonly secret: string;
  readonly url: string;
  /** The first wait before a reconnect, ms. */
  readonly reconnectMs: number;
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
  const stream = new streaming.TradingStream({
    credentials: { keyId: options.keyId, secret: options.secret },
    url: options.url,
    maxReconnectAttempts: streaming.UNLIMITED_RECONNECT_ATTEMPTS,
    initialReconnectMs: options.reconnectMs,
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
  const at = update.timestamp ?? new Date();
  switch (update.event) {
    case 'fill':
    case 'partial_fill': {
      const order = toBrokerOrder(update.order);
      return {
        kind: 'fill',
        order,
        fill: {
          executionId: text('execution_id', update.executionId),
          brokerOrderId: order.brokerOrderId,
          clientOrderId: order.clientOrderId,
          symbol: order.symbol,
          side: order.side,
          quantity: new Decimal(text('qty', update.qty)),
          price: new Decimal(text('price', update.price)),
          commission: new Decimal(0),
          executedAt: at,
        },
      };
    }
    case 'new':
    case 'accepted':
    case 'pending_new':
      return { kind: 'accepted', order: toBrokerOrder(update.order), reason: update.event, at };
    case 'canceled':
    case 'expired':
    case 'done_for_day':
    case 'replaced':
      return {
        kind: 'cancelled',
        order: toBrokerOrder(update.order),
        reason: `${update.event} at alpaca`,
        at,
      };
    case 'rejected':
    case 'suspended':
      return {
        kind: 'rejected',
        order: toBrokerOrder(update.order),
        reason: `${update.event} by alpaca`,
        at,
      };
    case 'trade_bust':
      return { kind: 'bust', executionId: text('execution_id', update.executionId), at };
    default:
      return undefined;
  }
}
