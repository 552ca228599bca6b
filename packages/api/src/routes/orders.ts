import { createHash, randomUUID } from 'node:crypto';
import {
  Decimal,
  ORDER_SIDES,
  ORDER_STATUSES,
  ORDER_TYPES,
  type OrderStatus,
  TIMES_IN_FORCE,
} from '@trading/model';
import { cancelOrder } from '@trading/system';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { principal } from '../access/authenticate';
import { accountsOf, nameOf, requireAccount } from '../access/principal';
import { idempotencyKeyOf } from '../changes/recordChanges';
import {
  accountId,
  dataSource,
  decimalInput,
  decimalText,
  json,
  orderId,
  pageOf,
  paging,
  sentence,
  strategyId,
  symbol,
  timeInput,
  utcTime,
} from '../fields';
import { page } from '../paging/page';
import { FILLS, ORDERS } from '../sql/orders';
import { logJson, orderJson, tradeJson } from './orderJson';
import type { Routes } from './tools';

/** An order as it stands. */
export const order = z
  .object({
    orderId: z.string(),
    accountId: z.string(),
    symbol: z.string(),
    side: z.enum(ORDER_SIDES),
    orderType: z.enum(ORDER_TYPES),
    timeInForce: z.enum(TIMES_IN_FORCE),
    status: z.enum(ORDER_STATUSES),
    quantity: decimalText,
    filledQuantity: decimalText,
    avgFillPrice: decimalText.nullable(),
    price: decimalText.nullable().meta({ description: 'Limit price.' }),
    stopPrice: decimalText.nullable(),
    strategyId: z.string().nullable(),
    signalId: z.string().nullable(),
    brokerOrderId: z.string().nullable(),
    replacesOrderId: z.string().nullable(),
    correlationId: z.string().nullable(),
    tradingSource: z.string().meta({ description: 'The series at whose prices it fills.' }),
    decidedAt: utcTime,
    reason: z.string().nullable().meta({ description: 'Why it was denied, rejected or cancelled.' }),
  })
  .meta({ id: 'Order' });

const fill = z
  .object({
    tradeId: z.string(),
    executionId: z.string(),
    orderId: z.string(),
    accountId: z.string(),
    symbol: z.string(),
    side: z.enum(ORDER_SIDES),
    kind: z.string().meta({ description: 'fill, or a correction of one.' }),
    correctsTradeId: z.string().nullable(),
    quantity: decimalText,
    price: decimalText,
    commission: decimalText,
    realizedPnl: decimalText.meta({ description: 'What this fill realised, after its commission.' }),
    executedAt: utcTime,
    settlementDate: z.string().nullable(),
    strategyId: z.string().nullable(),
    correlationId: z.string().nullable(),
  })
  .meta({ id: 'Fill' });

const orderHistory = z
  .object({
    order,
    referencePrice: decimalText.nullable().meta({ description: 'The last price when it was decided.' }),
    replacedBy: z.string().nullable(),
    log: z.array(
      z.object({
        from: z.string().nullable(),
        to: z.string(),
        event: z.string(),
        details: json.meta({
          description: 'On creation, what risk checked: each limit, its value, what the order made of it.',
        }),
        at: utcTime,
      }),
    ),
    trades: z.array(
      z.object({
        tradeId: z.string(),
        executionId: z.string(),
        kind: z.string(),
        quantity: decimalText,
        price: decimalText,
        commission: decimalText,
        executedAt: utcTime,
      }),
    ),
  })
  .meta({ id: 'OrderHistory' });

const orderRequest = z
  .strictObject({
    orderId: orderId.optional().meta({
      description: 'Yours; the same id again is the same order. Default: made from the Idempotency-Key.',
    }),
    accountId,
    symbol,
    side: z.enum(ORDER_SIDES),
    orderType: z.enum(ORDER_TYPES).default('market'),
    timeInForce: z.enum(TIMES_IN_FORCE).default('day'),
    quantity: decimalInput,
    price: decimalInput.optional(),
    stopPrice: decimalInput.optional(),
    tradingSource: dataSource.optional(),
  })
  .meta({ id: 'OrderRequest' });

const preview = z
  .object({
    allowed: z.boolean().meta({ description: 'Whether risk would let it pass as things stand.' }),
    reason: z.string().nullable(),
    history: orderHistory,
  })
  .meta({ id: 'OrderPreview' });

const byId = z.strictObject({ orderId });
const TAGS = ['orders'];

/** Orders and fills: listed, shown, placed, replaced, cancelled. */
export const orderRoutes: Routes = (app, { sql, system }) => {
  app.get(
    '/v1/orders',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Orders, youngest first',
        tags: TAGS,
        querystring: z.strictObject({
          accountId: accountId.optional(),
          symbol: symbol.optional(),
          status: z
            .string()
            .max(100)
            .optional()
            .meta({ description: `Of ${ORDER_STATUSES.join(', ')}; several with commas.` })
            .transform((text) => text?.split(',') as OrderStatus[] | undefined)
            .pipe(z.array(z.enum(ORDER_STATUSES)).optional()),
          strategyId: strategyId.optional(),
          since: timeInput.optional(),
          until: timeInput.optional(),
          ...paging,
        }),
        response: { 200: pageOf(order) },
      },
    },
    async (request) => {
      const { status, ...query } = request.query;
      return page(
        sql,
        ORDERS,
        'orders',
        { ...query, status },
        {
          ...query,
          statuses: status,
          accounts: boundTo(request, query.accountId),
        },
      );
    },
  );

  app.get(
    '/v1/orders/:orderId',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'An order with what risk decided, its log and its fills',
        tags: TAGS,
        params: byId,
        response: { 200: orderHistory },
      },
    },
    async (request) => {
      const history = await system.execution.orderHistory(request.params.orderId);
      requireAccount(principal(request), history.order.accountId);
      return historyJson(history);
    },
  );

  app.post(
    '/v1/orders',
    {
      config: { scope: 'trade', changes: true },
      schema: {
        summary: 'Place an order',
        description:
          'Risk decides in the transaction that stores it. An order that risk denies is stored as `rejected`, with the reason: that is an answer, not an error.',
        tags: TAGS,
        body: orderRequest,
        response: { 201: order },
      },
    },
    async (request, reply) => {
      requireAccount(principal(request), request.body.accountId);
      const placed = await system.execution.placeOrder(placeable(request, request.body));
      return reply.code(201).send(orderJson(placed));
    },
  );

  app.post(
    '/v1/orders/preview',
    {
      config: { scope: 'trade' },
      schema: {
        summary: 'What risk would decide on an order; places nothing',
        tags: TAGS,
        body: orderRequest,
        response: { 200: preview },
      },
    },
    async (request) => {
      requireAccount(principal(request), request.body.accountId);
      const { orderId: id = `preview-${randomUUID()}`, ...asked } = request.body;
      const history = await system.execution.previewOrder({ ...given(asked), orderId: id });
      const { status, reason } = history.order;
      return { allowed: status !== 'rejected', reason, history: historyJson(history) };
    },
  );

  app.post(
    '/v1/orders/:orderId/replace',
    {
      config: { scope: 'trade', changes: true },
      schema: {
        summary: 'Put another order in the place of a working one',
        description: 'What is left out stays. Where risk denies the new one, the old one works on.',
        tags: TAGS,
        params: byId,
        body: z.strictObject({
          newOrderId: orderId.optional(),
          quantity: decimalInput
            .optional()
            .meta({ description: 'In all, with what was filled already, as FIX counts it.' }),
          price: decimalInput.optional(),
          stopPrice: decimalInput.optional(),
        }),
        response: { 200: order },
      },
    },
    async (request) => {
      await requireOwn(request, request.params.orderId);
      const { newOrderId, ...changes } = request.body;
      return orderJson(
        await system.execution.replaceOrder(request.params.orderId, {
          ...given(changes),
          orderId: newOrderId ?? derivedId(request),
        }),
      );
    },
  );

  app.post(
    '/v1/orders/:orderId/cancel',
    {
      config: { scope: 'trade', changes: true },
      schema: {
        summary: 'Cancel an order at the broker that holds it',
        description:
          'A paper order is cancelled at once. At a remote broker the cancel is asked for; the answer is the order as it stands then.',
        tags: TAGS,
        params: byId,
        body: z.strictObject({ reason: sentence.optional() }),
        response: { 200: order },
      },
    },
    async (request) => {
      await requireOwn(request, request.params.orderId);
      const reason = request.body.reason ?? `asked for by ${nameOf(principal(request))}`;
      return orderJson(await cancelOrder(system, request.params.orderId, reason));
    },
  );

  app.get(
    '/v1/fills',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Booked trades, busts too, youngest first',
        tags: TAGS,
        querystring: z.strictObject({
          accountId: accountId.optional(),
          symbol: symbol.optional(),
          orderId: orderId.optional(),
          strategyId: strategyId.optional(),
          since: timeInput.optional(),
          until: timeInput.optional(),
          ...paging,
        }),
        response: { 200: pageOf(fill) },
      },
    },
    async (request) =>
      page(sql, FILLS, 'fills', request.query, {
        ...request.query,
        accounts: boundTo(request, request.query.accountId),
      }),
  );

  async function requireOwn(request: FastifyRequest, id: string): Promise<void> {
    requireAccount(principal(request), (await system.execution.readOrder(id)).accountId);
  }
};

/** The accounts that a list is bounded to; one that the key doesn't cover is an error rather than an empty list. */
export function boundTo(request: FastifyRequest, asked: string | undefined): readonly string[] | null {
  const who = principal(request);
  if (asked !== undefined) requireAccount(who, asked);
  return accountsOf(who);
}

function placeable(request: FastifyRequest, { orderId: id, ...asked }: z.output<typeof orderRequest>) {
  return { ...given(asked), orderId: id ?? derivedId(request) };
}

/** The same request under the same Idempotency-Key has the same id, so that it can't be placed twice whatever broke between. */
function derivedId(request: FastifyRequest): string {
  const key = idempotencyKeyOf(request);
  if (key === undefined) return `api-${randomUUID()}`;
  const { keyId } = principal(request);
  return `api-${createHash('sha256').update(`${keyId} ${key}`).digest('hex').slice(0, 32)}`;
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the fields that were not told. */
function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}

function historyJson(history: Parameters<typeof logJson>[0]) {
  return {
    order: orderJson(history.order),
    referencePrice: history.referencePrice === null ? null : plain(history.referencePrice),
    replacedBy: history.replacedBy,
    log: logJson(history),
    trades: tradeJson(history),
  };
}

/** Decimal text without superfluous zeros. */
function plain(text: string): string {
  return new Decimal(text).toFixed();
}
