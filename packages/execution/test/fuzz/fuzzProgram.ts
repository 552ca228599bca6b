import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TradingError } from '@trading/model';
import {
  type FieldChange,
  type FuzzTarget,
  fieldChanges,
  hostilePieces,
  objectOf,
  type Pieces,
  runFuzz,
  textOf,
} from '@trading/testing/fuzz';
import * as fc from 'fast-check';
import { type WebSocket, WebSocketServer } from 'ws';
import { type BrokerFill, type BrokerMessage, type BrokerOrder, createAlpacaBroker } from '../../src';

const ORDER = {
  id: 'at-alpaca',
  client_order_id: 'ours',
  symbol: 'AAPL',
  side: 'buy',
  qty: '10',
  filled_qty: '4',
  filled_avg_price: '11.5',
  type: 'limit',
  time_in_force: 'day',
  limit_price: '12',
  status: 'partially_filled',
  submitted_at: '2024-01-03T14:30:00Z',
};
const FILL = {
  id: '20240103::execution',
  activity_type: 'FILL',
  transaction_time: '2024-01-03T14:30:00Z',
  type: 'fill',
  price: '11.5',
  qty: '4',
  side: 'buy',
  symbol: 'AAPL',
  order_id: 'at-alpaca',
};
const EVENTS = [
  'fill',
  'partial_fill',
  'new',
  'canceled',
  'replaced',
  'rejected',
  'trade_bust',
  'trade_correct',
  'order_replace_rejected',
];

/** What comes out of the broker can be booked: amounts are numbers and above nothing, moments are moments. */
function checkOrder({ quantity, filledQuantity }: BrokerOrder): void {
  if (quantity.isFinite() && quantity.gt(0) && filledQuantity.isFinite() && filledQuantity.gte(0)) return;
  throw unbookable(`an order for ${quantity}, of which ${filledQuantity} are filled`);
}
function checkFill({ quantity, price, executedAt }: BrokerFill): void {
  const bookable =
    quantity.isFinite() && quantity.gt(0) && price.isFinite() && price.gt(0) && isMoment(executedAt);
  if (!bookable) throw unbookable(`a fill of ${quantity} at ${price}, ${executedAt}`);
}
const isMoment = (at: Date) => Number.isFinite(at.getTime());
const unbookable = (what: string) =>
  new TradingError<'TESTING.UNBOOKABLE'>('TESTING.UNBOOKABLE', `the broker gave ${what}`, { kind: 'bug' });

interface HostileAnswers {
  readonly status: number;
  readonly order: readonly FieldChange[];
  readonly fill: readonly FieldChange[];
  readonly instead: Pieces | null;
}

/** What a broker at the other end answers to every question. */
async function answers(): Promise<FuzzTarget<HostileAnswers>> {
  let answer: { status: number; of: (path: string) => string } = { status: 500, of: () => '' };
  const server = createServer((request, response) => {
    response.writeHead(answer.status, { 'content-type': 'application/json', connection: 'close' });
    response.end(answer.of(request.url ?? ''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const broker = createAlpacaBroker({ keyId: 'key', secret: 'secret', baseUrl, timeoutMs: 0 });
  return {
    inputs: fc.record({
      status: fc.oneof(
        { weight: 8, arbitrary: fc.constant(200) },
        fc.constantFrom(204, 400, 401, 403, 404, 422, 429, 500),
      ),
      order: fieldChanges,
      fill: fieldChanges,
      instead: fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: hostilePieces }),
    }),
    async take({ status, order, fill, instead }) {
      const orderText = objectOf(ORDER, order);
      const of = (path: string) => {
        if (instead !== null) return textOf(instead);
        if (path.includes('activities')) return `[${objectOf(FILL, fill)}]`;
        if (path.includes('positions')) return `[${orderText}]`;
        return /orders(\?|$)/.test(path) ? `[${orderText}]` : orderText;
      };
      answer = { status, of };
      const asked = await Promise.allSettled([
        broker.openOrders().then((orders) => orders.forEach(checkOrder)),
        broker.findOrder('ours').then((found) => found && checkOrder(found)),
        broker.fillsSince(new Date(0)).then((fills) => fills.forEach(checkFill)),
        broker.positions().then((held) => {
          for (const { quantity } of held)
            if (!quantity.isFinite()) throw unbookable(`a position of ${quantity}`);
        }),
      ]);
      for (const outcome of asked) if (outcome.status === 'rejected') rethrowBugs(outcome.reason);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Expected errors are an answer too; what is left is a mistake of ours. */
function rethrowBugs(error: unknown): void {
  if (error instanceof TradingError && error.kind !== 'bug') {
    // 'Not reached, try again' is no answer to bytes that will be the same the next time.
    if (error.code !== 'BROKER.UNAVAILABLE' || !/DecimalError|TypeError|RangeError/.test(String(error.cause)))
      return;
  }
  throw error;
}

interface HostileFrame {
  readonly event: string;
  readonly outer: readonly FieldChange[];
  readonly order: readonly FieldChange[];
  readonly instead: Pieces | null;
}

/** Frames of the stream: after each, a good one still arrives. */
async function frames(): Promise<FuzzTarget<readonly HostileFrame[]>> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  let socket: WebSocket | undefined;
  server.on('connection', (opened) => {
    socket = opened;
    opened.on('message', (raw) => {
      const asked = JSON.parse(String(raw)) as { action: string };
      const reply =
        asked.action === 'listen'
          ? { stream: 'listening', data: { streams: ['trade_updates'] } }
          : { stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } };
      opened.send(JSON.stringify(reply));
    });
  });
  const broker = createAlpacaBroker({
    keyId: 'key',
    secret: 'secret',
    streamUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pingEveryMs: 0,
    reconnectMs: 1,
  });
  let heard: BrokerMessage[] = [];
  let listening: (() => void) | undefined;
  const stream = broker.listen((message) => {
    heard.push(message);
    listening?.();
  });
  await stream.ready;
  let marks = 0;
  /** Sends a good frame until it is heard: where a bad one cut the stream, it has to come back by itself. */
  const untilHeard = async () => {
    marks += 1;
    const mark = `mark ${marks}`;
    const good = JSON.stringify({
      stream: 'trade_updates',
      data: {
        event: 'new',
        timestamp: '2024-01-03T14:30:00Z',
        order: { ...ORDER, status: 'new', client_order_id: mark },
      },
    });
    const has = () =>
      heard.some((message) => message.kind === 'accepted' && message.order.clientOrderId === mark);
    while (!has()) {
      if (socket?.readyState === socket?.OPEN) socket?.send(good);
      await new Promise<void>((resolve) => {
        const again = setTimeout(resolve, 50);
        listening = () => {
          clearTimeout(again);
          resolve();
        };
      });
    }
  };
  await untilHeard();
  return {
    inputs: fc.array(
      fc.record({
        event: fc.constantFrom(...EVENTS),
        outer: fieldChanges,
        order: fieldChanges,
        instead: fc.oneof(
          { weight: 8, arbitrary: fc.constant(null) },
          { weight: 1, arbitrary: hostilePieces },
        ),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    async take(hostile) {
      heard = [];
      for (const { event, outer, order, instead } of hostile) {
        const data = {
          event,
          timestamp: '2024-01-03T14:30:00Z',
          qty: '4',
          price: '11.5',
          execution_id: 'e',
          order: '@order',
        };
        const text = objectOf(data, outer).replace('"@order"', () => objectOf(ORDER, order));
        socket?.send(instead === null ? `{"stream":"trade_updates","data":${text}}` : textOf(instead));
      }
      await untilHeard();
      for (const message of heard) {
        if ('order' in message) checkOrder(message.order);
        if ('fill' in message) checkFill(message.fill);
        if ('at' in message && !isMoment(message.at)) throw unbookable(`a message of ${message.at}`);
      }
    },
    close: async () => {
      await stream.stop();
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

void runFuzz({ answers, frames });
