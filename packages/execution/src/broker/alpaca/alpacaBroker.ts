import type { trading } from '@alpacahq/alpaca-trade-api';
import { Decimal, isTradingError, TradingError } from '@trading/model';
import type { Order } from '../../orders/order';
import type { BrokerFill, BrokerOrder, RemoteBroker } from '../remoteBroker';
import { amount, moment, number, side, text, toBrokerOrder } from './alpacaOrder';
import { listenToAlpaca } from './alpacaStream';
import { toBrokerError } from './brokerError';
import { alpacaSdk } from './sdk';

/** How to reach Alpaca. */
export interface AlpacaBrokerOptions {
  readonly keyId: string;
  readonly secret: string;
  /** `paper` unless told. */
  readonly environment?: 'paper' | 'live';
  /** Real money: `live` is refused without these words. */
  readonly confirmLive?: 'trade with real money';
  /** Another host for REST and for the stream, e.g. a proxy. */
  readonly baseUrl?: string;
  readonly streamUrl?: string;
  /** How long one request may take, ms; 0: as long as it takes. 10 s. */
  readonly timeoutMs?: number;
  /** The first wait before the stream is opened again, ms. 1 s. */
  readonly reconnectMs?: number;
  /** How often the stream is asked for a sign of life, and opened again without one, ms; 0: never. 10 s. */
  readonly pingEveryMs?: number;
  /** Hears of frames of the stream that can't be read. */
  readonly onStreamError?: (error: unknown) => void;
}

/** Activities come in pages of at most this many. */
const PAGE_SIZE = 100;

/**
 * Alpaca behind the broker interface, over Alpaca's own SDK. Its trading commission is nil. The second half of an
 * activity's id looks like the stream's execution id, and Alpaca doesn't promise that it is: each is a name of its source.
 *
 * @throws TradingError `BROKER.LIVE_NOT_CONFIRMED`
 */
export function createAlpacaBroker(options: AlpacaBrokerOptions): RemoteBroker {
  const { keyId, secret, environment = 'paper' } = options;
  if (environment === 'live' && options.confirmLive !== 'trade with real money') {
    throw new TradingError(
      'BROKER.LIVE_NOT_CONFIRMED',
      "environment is 'live', which trades with real money: confirmLive must be the words 'trade with real money'",
      { details: { field: 'confirmLive' } },
    );
  }
  const paper = environment === 'paper';
  const { streaming, trading } = alpacaSdk();
  const configuration = new trading.Configuration({
    keyId,
    secret,
    paper,
    timeoutMs: options.timeoutMs ?? 10_000,
    ...(options.baseUrl === undefined ? {} : { basePath: options.baseUrl }),
  });
  const orders = new trading.OrdersApi(configuration);
  const activities = new trading.AccountActivitiesApi(configuration);
  const positions = new trading.PositionsApi(configuration);
  return {
    name: `alpaca ${environment}`,
    submit: (order) =>
      call(`order ${order.orderId}`, async () =>
        toBrokerOrder(await orders.postOrder({ postOrderRequest: toRequest(order) })),
      ),
    replace: (brokerOrderId, by) =>
      call(`order ${by.orderId} in the place of ${by.replacesOrderId}`, async () =>
        toBrokerOrder(
          await orders.patchOrderByOrderId({ orderId: brokerOrderId, patchOrderRequest: toPatch(by) }),
        ),
      ),
    cancel: (brokerOrderId) =>
      call(`cancel of ${brokerOrderId}`, async () => {
        const { raw } = await orders.deleteOrderByOrderIDRaw({ orderId: brokerOrderId });
        // Unread, it would leave the request's deadline running, and the process with it.
        await raw.arrayBuffer();
      }),
    findOrder: (clientOrderId) =>
      whereThere(`order ${clientOrderId}`, () => orders.getOrderByClientOrderId({ clientOrderId })),
    findOrderById: (orderId) => whereThere(`order ${orderId}`, () => orders.getOrderByOrderID({ orderId })),
    openOrders: () => call('open orders', async () => (await readOpenOrders(orders)).map(toBrokerOrder)),
    fillsSince: (from) => call('fills', () => readFills(activities, from)),
    positions: () =>
      call('positions', async () =>
        (await positions.getAllOpenPositions()).map(({ symbol, qty }) => ({
          symbol,
          quantity: number('qty', qty),
        })),
      ),
    listen: (listener) =>
      listenToAlpaca(
        {
          keyId,
          secret,
          url: options.streamUrl ?? (paper ? streaming.TRADING_STREAM_PAPER : streaming.TRADING_STREAM_LIVE),
          reconnectMs: options.reconnectMs ?? 1_000,
          pingEveryMs: options.pingEveryMs ?? 10_000,
          onError: options.onStreamError ?? (() => {}),
        },
        listener,
      ),
  };
}

async function call<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toBrokerError(error, doing);
  }
}

async function whereThere(
  doing: string,
  read: () => Promise<trading.Order>,
): Promise<BrokerOrder | undefined> {
  try {
    return toBrokerOrder(await call(doing, read));
  } catch (error) {
    if (isTradingError(error, 'BROKER.REJECTED') && error.details.status === 404) return undefined;
    throw error;
  }
}

function toRequest(order: Order): trading.PostOrderRequest {
  return {
    symbol: order.symbol,
    qty: order.quantity.toString(),
    side: order.side,
    type: order.orderType,
    timeInForce: order.timeInForce,
    clientOrderId: order.orderId,
    ...(order.price === null ? {} : { limitPrice: order.price.toString() }),
    ...(order.stopPrice === null ? {} : { stopPrice: order.stopPrice.toString() }),
  };
}

/** The quantity is always told: without it the whole of a partly filled order would be bought again. */
function toPatch(order: Order): trading.PatchOrderRequest {
  return {
    qty: order.quantity.toString(),
    clientOrderId: order.orderId,
    timeInForce: order.timeInForce,
    ...(order.price === null ? {} : { limitPrice: order.price.toString() }),
    ...(order.stopPrice === null ? {} : { stopPrice: order.stopPrice.toString() }),
  };
}

/** Alpaca gives 500 orders at most in one answer: the next ones are those placed before the last. */
async function readOpenOrders(orders: trading.OrdersApi): Promise<trading.Order[]> {
  const limit = 500;
  const found = new Map<string, trading.Order>();
  let until: string | undefined;
  for (;;) {
    const page = await orders.getAllOrders({
      status: 'open',
      limit,
      direction: 'desc',
      ...(until === undefined ? {} : { until }),
    });
    const before = found.size;
    for (const order of page) found.set(text('id', order.id), order);
    if (page.length < limit || found.size === before) return [...found.values()];
    until = page.at(-1)?.submittedAt?.toISOString();
  }
}

async function readFills(activities: trading.AccountActivitiesApi, from: Date): Promise<BrokerFill[]> {
  const { TradingActivitiesFromJSON } = alpacaSdk().trading;
  const fills: BrokerFill[] = [];
  let pageToken: string | undefined;
  for (;;) {
    // The raw answer: the SDK's reader takes every activity for one that is no trade, and drops the order's id.
    const { raw } = await activities.getAccountActivitiesByActivityTypeRaw({
      activityType: 'FILL',
      after: from,
      direction: 'asc',
      pageSize: PAGE_SIZE,
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    const answer: unknown = await raw.json();
    const page = Array.isArray(answer) ? answer.map(TradingActivitiesFromJSON) : [];
    fills.push(...page.map(toFill));
    if (page.length < PAGE_SIZE) return fills;
    pageToken = text('id', page.at(-1)?.id);
  }
}

function toFill(fill: trading.TradingActivities): BrokerFill {
  const id = text('id', fill.id);
  return {
    executionId: id.split('::')[1] ?? id,
    source: 'history',
    brokerOrderId: text('order_id', fill.orderId),
    clientOrderId: null,
    symbol: text('symbol', fill.symbol),
    side: side(fill.side),
    quantity: amount('qty', fill.qty),
    price: amount('price', fill.price),
    commission: new Decimal(0),
    executedAt: moment('transaction_time', fill.transactionTime),
  };
}
