import {
  createExecutionService,
  createOrderGateway,
  type OrderRequest,
  type ReportedFill,
} from '@trading/execution';
import { Decimal } from '@trading/model';
import { createPreTradeRisk, createRiskEvents } from '@trading/risk';
import { DECIDED_AT, EXECUTED_AT, type OrderServer } from './orderServer';
import type { TradeOnce } from './workers';

const PORTS = { risk: createPreTradeRisk(), riskEvents: createRiskEvents() };

/** Through the gateway: calls that come at once share a transaction. */
export function gatewayTrade({ pool }: OrderServer): TradeOnce {
  const gateway = createOrderGateway({ pool, ...PORTS, tradingSource: 'yahoo' });
  return async (order) => {
    await gateway.place(requestOf(order));
    await gateway.book(fillOf(order));
  };
}

/** Through the service's commands: each a transaction of several statements. */
export function serviceTrade({ pool }: OrderServer): TradeOnce {
  const execution = createExecutionService({ pool, ...PORTS, tradingSource: 'yahoo' });
  return async (order) => {
    await execution.placeOrder(requestOf(order));
    await execution.bookFill(fillOf(order));
  };
}

/** The gateway's SQL through pg alone: what is left of the rate when nothing of ours is in between. */
export function bareTrade({ pool }: OrderServer): TradeOnce {
  return async ({ orderId, accountId, side }) => {
    await pool.query({
      name: 'bench.place',
      text: `SELECT status FROM execution.place_order(
        $1, $2, 'AAPL', $3, 'market', 'day', 1, NULL, NULL, NULL, NULL, $4, 'yahoo', $1, NULL, NULL, true)`,
      values: [orderId, accountId, side, DECIDED_AT],
    });
    await pool.query({
      name: 'bench.book',
      text: `SELECT outcome FROM execution.book_working_fill($1, $2, $3, 1, 100.25, 1, $4, '2024-06-05', $1)`,
      values: [orderId, accountId, `x-${orderId}`, EXECUTED_AT],
    });
  };
}

function requestOf({ orderId, accountId, side }: Parameters<TradeOnce>[0]): OrderRequest {
  return { orderId, accountId, symbol: 'AAPL', side, quantity: '1', decidedAt: new Date(DECIDED_AT) };
}

function fillOf({ orderId, accountId }: Parameters<TradeOnce>[0]): ReportedFill {
  return {
    accountId,
    orderId,
    executionId: `x-${orderId}`,
    quantity: new Decimal(1),
    price: new Decimal('100.25'),
    commission: new Decimal(1),
    executedAt: new Date(EXECUTED_AT),
  };
}
