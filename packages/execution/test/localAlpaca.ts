import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

interface HeldOrder {
  readonly id: string;
  readonly client_order_id: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly qty: string;
  readonly type: string;
  readonly time_in_force: string;
  readonly submitted_at: string;
  readonly limit_price: string | null;
  /** The id of the order that it took the place of, and of the one that took its. */
  readonly replaces: string | null;
  replaced_by: string | null;
  filled_qty: string;
  filled_avg_price: string | null;
  status: string;
}

interface Activity {
  readonly id: string;
  readonly activity_type: 'FILL';
  readonly transaction_time: string;
  readonly type: 'fill' | 'partial_fill';
  readonly price: string;
  readonly qty: string;
  readonly side: string;
  readonly symbol: string;
  readonly order_id: string;
}

/** How an execution is told of. */
interface FillOptions {
  readonly stream?: number;
  readonly activityId?: string;
  readonly at?: string;
}

/** An execution that may be told of again. */
interface Told {
  readonly executionId: string;
  tell(): void;
}

/** A broker on this machine that speaks Alpaca's REST and websocket shapes, and does what a test tells it. */
export interface LocalAlpaca extends AsyncDisposable {
  readonly baseUrl: string;
  readonly streamUrl: string;
  /** Orders by client_order_id, as placed: how often each came is what a test looks at. */
  readonly placed: readonly string[];
  order(clientOrderId: string): HeldOrder | undefined;
  /**
   * Executes part of an order; `stream` says how often the stream tells of it, `activityId` what the history calls it where
   * that isn't what the stream calls it, `at` when it was. @returns the stream's name of it, and a way to tell of it later
   */
  fill(clientOrderId: string, qty: string, price: string, options?: FillOptions): Told;
  /** Takes an execution back, or puts another in its place. */
  bust(executionId: string): void;
  correct(executionId: string, qty: string, price: string): void;
  /** How many times a replacement was asked for, the asked-for bodies in their order. */
  readonly patched: readonly Readonly<Record<string, string>>[];
  /** From now on a replacement stays under way until it is let go: a success code doesn't say that it was done. */
  holdReplacements(): void;
  finishReplacement(clientOrderId: string): void;
  cancel(clientOrderId: string, options?: { stream?: number }): void;
  /** An order that someone else placed in the account. */
  placeElsewhere(clientOrderId: string): void;
  /** From now on an order is executed whole, at this price, as soon as it is placed; the stream is silent about it. Null ends it. */
  fillAtOnce(price: string | null): void;
  /** The next order is placed, and the answer is lost on the way. */
  loseNextAnswer(): void;
  rejectNext(message: string): void;
  /** Cuts every open stream. */
  dropStreams(): void;
  readonly listening: number;
  position(symbol: string): number;
}

/** Starts it on a free port of the loopback. */
export async function startLocalAlpaca(): Promise<LocalAlpaca> {
  const orders = new Map<string, HeldOrder>();
  const activities: Activity[] = [];
  const placed: string[] = [];
  const streams = new Set<WebSocket>();
  let loseAnswer = false;
  let rejection: string | undefined;
  let instantPrice: string | null = null;
  let replacementsWait = false;
  const patched: Record<string, string>[] = [];
  const executions = new Map<string, { order: HeldOrder; activity: Activity }>();

  const tell = (event: string, order: HeldOrder, more: object, times: number) => {
    const frame = Buffer.from(
      JSON.stringify({
        stream: 'trade_updates',
        data: { event, timestamp: new Date().toISOString(), order: { ...order }, ...more },
      }),
    );
    // Alpaca's paper stream sends binary frames.
    for (let n = 0; n < times; n += 1) for (const stream of streams) stream.send(frame, { binary: true });
  };
  const held = (clientOrderId: string): HeldOrder => {
    const order = orders.get(clientOrderId);
    if (order === undefined) throw new RangeError(`no order ${clientOrderId}`);
    return order;
  };
  const place = (body: Record<string, string>): HeldOrder => {
    const order: HeldOrder = {
      id: randomUUID(),
      client_order_id: body.client_order_id ?? randomUUID(),
      symbol: body.symbol ?? '',
      side: body.side === 'sell' ? 'sell' : 'buy',
      qty: body.qty ?? '0',
      type: body.type ?? 'market',
      time_in_force: body.time_in_force ?? 'day',
      limit_price: body.limit_price ?? null,
      replaces: body.replaces ?? null,
      replaced_by: null,
      submitted_at: new Date().toISOString(),
      filled_qty: '0',
      filled_avg_price: null,
      status: 'new',
    };
    orders.set(order.client_order_id, order);
    return order;
  };

  const execute = (
    clientOrderId: string,
    qty: string,
    price: string,
    { stream = 1, activityId, at = new Date().toISOString() }: FillOptions,
  ): Told => {
    const order = held(clientOrderId);
    const filled = Number(order.filled_qty) + Number(qty);
    order.filled_avg_price = price;
    order.filled_qty = String(filled);
    if (order.status === 'new' || order.status === 'partially_filled')
      order.status = filled === Number(order.qty) ? 'filled' : 'partially_filled';
    const executionId = randomUUID();
    const type = order.status === 'filled' ? 'fill' : 'partial_fill';
    const activity: Activity = {
      id: `${at.replaceAll(/\D/g, '')}::${activityId ?? executionId}`,
      activity_type: 'FILL',
      transaction_time: at,
      type,
      price,
      qty,
      side: order.side,
      symbol: order.symbol,
      order_id: order.id,
    };
    activities.push(activity);
    executions.set(executionId, { order, activity });
    // The order as it was then, whenever it is told.
    const then = { ...order };
    const more = {
      execution_id: executionId,
      price,
      qty,
      position_qty: String(position(order.symbol)),
      timestamp: at,
    };
    tell(type, then, more, stream);
    return { executionId, tell: () => tell(type, then, more, 1) };
  };
  const takeBack = (executionId: string): HeldOrder => {
    const taken = executions.get(executionId);
    if (taken === undefined) throw new RangeError(`no execution ${executionId}`);
    const { order, activity } = taken;
    activities.splice(activities.indexOf(activity), 1);
    order.filled_qty = String(Number(order.filled_qty) - Number(activity.qty));
    return order;
  };
  /** The old one is out, the new one in: or the new one is refused, where the old one was done first. */
  const finishReplacement = (order: HeldOrder): void => {
    const old = [...orders.values()].find(({ id }) => id === order.replaces);
    if (old === undefined) throw new RangeError(`order ${order.client_order_id} replaces none`);
    if (old.status === 'filled') {
      order.status = 'rejected';
      tell('order_replace_rejected', order, {}, 1);
      return;
    }
    old.status = 'replaced';
    old.replaced_by = order.id;
    order.status = 'new';
    tell('replaced', old, {}, 1);
    tell('new', order, {}, 1);
  };
  const replace = (
    response: ServerResponse,
    old: HeldOrder,
    body: Record<string, string>,
  ): HeldOrder | undefined => {
    patched.push(body);
    const id = body.client_order_id ?? '';
    if (orders.has(id)) {
      answer(response, 422, { code: 40010001, message: 'client_order_id must be unique' });
      return undefined;
    }
    if (old.status !== 'new' && old.status !== 'partially_filled') {
      answer(response, 422, { code: 42210000, message: `order in ${old.status} status cannot be replaced` });
      return undefined;
    }
    // Without a quantity it is the old one's, whatever of it was filled.
    const { symbol, side, qty, type } = old;
    const order = place({ symbol, side, qty, type, ...body, replaces: old.id });
    order.status = 'accepted';
    if (!replacementsWait) finishReplacement(order);
    return order;
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (request.headers['apca-api-secret-key'] !== 'secret')
      return answer(response, 401, { code: 40110000, message: 'request is not authorized' });
    if (request.method === 'POST' && url.pathname === '/v2/orders') {
      const body = JSON.parse(await textOf(request)) as Record<string, string>;
      const id = body.client_order_id ?? '';
      if (orders.has(id))
        return answer(response, 422, { code: 40010001, message: 'client_order_id must be unique' });
      if (rejection !== undefined) {
        const message = rejection;
        rejection = undefined;
        return answer(response, 403, { code: 40310000, message });
      }
      placed.push(id);
      const order = place(body);
      if (instantPrice !== null) execute(id, order.qty, instantPrice, { stream: 0 });
      if (loseAnswer) {
        loseAnswer = false;
        return void request.socket.destroy();
      }
      tell('new', order, {}, 1);
      return answer(response, 200, order);
    }
    if (request.method === 'PATCH') {
      const old = [...orders.values()].find(({ id }) => url.pathname === `/v2/orders/${id}`);
      if (old === undefined) return answer(response, 404, { code: 40410000, message: 'order not found' });
      const body = JSON.parse(await textOf(request)) as Record<string, string>;
      if (rejection !== undefined) {
        const message = rejection;
        rejection = undefined;
        return answer(response, 422, { code: 42210000, message });
      }
      const placedNow = replace(response, old, body);
      if (placedNow === undefined) return;
      if (loseAnswer) {
        loseAnswer = false;
        return void request.socket.destroy();
      }
      return answer(response, 200, placedNow);
    }
    if (request.method === 'DELETE') {
      const order = [...orders.values()].find(({ id }) => url.pathname === `/v2/orders/${id}`);
      if (order === undefined) return answer(response, 404, { code: 40410000, message: 'order not found' });
      order.status = 'canceled';
      tell('canceled', order, {}, 1);
      return answer(response, 204, undefined);
    }
    if (url.pathname === '/v2/orders:by_client_order_id')
      return found(response, orders.get(url.searchParams.get('client_order_id') ?? ''));
    if (url.pathname === '/v2/orders') {
      return answer(
        response,
        200,
        [...orders.values()].filter(({ status }) => ['new', 'accepted', 'partially_filled'].includes(status)),
      );
    }
    if (url.pathname.startsWith('/v2/orders/'))
      return found(
        response,
        [...orders.values()].find(({ id }) => url.pathname.endsWith(id)),
      );
    if (url.pathname === '/v2/account/activities/FILL') {
      const token = url.searchParams.get('page_token');
      const start = token === null ? 0 : activities.findIndex(({ id }) => id === token) + 1;
      return answer(
        response,
        200,
        activities.slice(start, start + Number(url.searchParams.get('page_size') ?? 100)),
      );
    }
    if (url.pathname === '/v2/positions') {
      const symbols = new Set(activities.map(({ symbol }) => symbol));
      return answer(
        response,
        200,
        [...symbols]
          .map((symbol) => ({ symbol, qty: String(position(symbol)) }))
          .filter(({ qty }) => qty !== '0'),
      );
    }
    return answer(response, 404, { code: 40410000, message: `no ${url.pathname}` });
  });
  const position = (symbol: string) =>
    activities
      .filter((activity) => activity.symbol === symbol)
      .reduce((sum, { side, qty }) => sum + (side === 'buy' ? 1 : -1) * Number(qty), 0);

  const sockets = new WebSocketServer({ server, path: '/stream' });
  sockets.on('connection', (socket) => {
    socket.on('close', () => streams.delete(socket));
    socket.on('message', (frame) => {
      const message = JSON.parse(String(frame)) as { action: string };
      const reply = (value: object) => socket.send(Buffer.from(JSON.stringify(value)), { binary: true });
      if (message.action === 'listen') {
        streams.add(socket);
        reply({ stream: 'listening', data: { streams: ['trade_updates'] } });
      } else reply({ stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } });
    });
  });
  // A connection that is closed here while a request is on its way to it would be a failed request.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    streamUrl: `ws://127.0.0.1:${port}/stream`,
    placed,
    order: (clientOrderId) => orders.get(clientOrderId),
    patched,
    fill: (clientOrderId, qty, price, options = {}) => execute(clientOrderId, qty, price, options),
    bust(executionId) {
      const order = takeBack(executionId);
      tell('trade_bust', order, { execution_id: randomUUID(), previous_execution_id: executionId }, 1);
    },
    correct(executionId, qty, price) {
      const order = takeBack(executionId);
      const { executionId: corrected } = execute(order.client_order_id, qty, price, { stream: 0 });
      const more = { execution_id: corrected, previous_execution_id: executionId, qty, price };
      tell('trade_correct', order, more, 1);
    },
    holdReplacements: () => {
      replacementsWait = true;
    },
    finishReplacement: (clientOrderId) => finishReplacement(held(clientOrderId)),
    cancel(clientOrderId, { stream = 1 } = {}) {
      const order = held(clientOrderId);
      order.status = 'canceled';
      tell('canceled', order, {}, stream);
    },
    placeElsewhere: (clientOrderId) =>
      void place({ client_order_id: clientOrderId, symbol: 'IBM', side: 'buy', qty: '5' }),
    fillAtOnce: (price) => {
      instantPrice = price;
    },
    loseNextAnswer: () => {
      loseAnswer = true;
    },
    rejectNext: (message) => {
      rejection = message;
    },
    dropStreams: () => {
      for (const stream of streams) stream.terminate();
    },
    get listening() {
      return streams.size;
    },
    position,
    async [Symbol.asyncDispose]() {
      for (const stream of sockets.clients) stream.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function found(response: ServerResponse, order: HeldOrder | undefined): void {
  if (order === undefined) answer(response, 404, { code: 40410000, message: 'order not found' });
  else answer(response, 200, order);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
