import { randomUUID } from 'node:crypto';
import { applyFill, createExecutionClient } from '@trading/execution';
import { Decimal } from '@trading/model';
import { DECIDED_AT, EXECUTED_AT, type OrderServer } from './orderServer';
import { judgeByReading } from './prismaRisk';
import type { TradeOnce } from './workers';

const OUTBOX = `
INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
VALUES (gen_random_uuid(), $1, 1, 'execution', $2, $3, $4::jsonb, now())`;

/**
 * The same order by the book of an ORM: two interactive transactions of the Prisma client, which read, compute and write
 * what the database's functions do. Only right with one worker an account: a position that is read and then written loses
 * what came in between (here the database's judges would refuse it).
 *
 * @param risk  `reading`: the client reads what a decision needs and decides, as an application on Prisma does; `function`:
 *   it calls the function that ours calls, which spares it eight statements
 */
export function prismaTrade({ owner }: OrderServer, risk: 'reading' | 'function'): TradeOnce {
  // Execution's role can't write an order past risk; an application on one Prisma client owns it all.
  const prisma = createExecutionClient({ pool: owner });
  return async ({ orderId, accountId, side }) => {
    const key = `${accountId}:AAPL`;
    const correlationId = randomUUID();
    const event = { orderId, accountId, symbol: 'AAPL', side, quantity: '1' };
    const updated = (previousStatus: string | null, status: string, filledQuantity = '0') =>
      JSON.stringify({
        ...event,
        orderType: 'market',
        timeInForce: 'day',
        previousStatus,
        status,
        filledQuantity,
      });
    await prisma.$transaction(async (tx) => {
      if (risk === 'reading') {
        const denial = await judgeByReading(tx, { orderId, accountId, side });
        if (denial !== null) throw new RangeError(`order ${orderId} is denied: ${denial.reason}`);
      } else {
        await tx.$queryRawUnsafe(
          `SELECT decision FROM risk_management.reserve_order(
             $1, $2, 'AAPL', $3, 'market', 1, NULL, NULL, NULL, $4::timestamptz, 'yahoo', $5, NULL, NULL, NULL, false)`,
          orderId,
          accountId,
          side,
          DECIDED_AT,
          correlationId,
        );
      }
      await tx.order.create({
        data: {
          orderId,
          accountId,
          symbol: 'AAPL',
          side,
          orderType: 'market',
          quantity: '1',
          decidedAt: DECIDED_AT,
          tradingSource: 'yahoo',
          correlationId,
          referencePrice: '100',
        },
      });
      await tx.executionLog.create({
        data: { orderId, toStatus: 'pending', event: 'created', correlationId },
      });
      await tx.$executeRawUnsafe(OUTBOX, 'order_updated', key, correlationId, updated(null, 'pending'));
      await tx.order.update({ where: { orderId }, data: { status: 'submitted' } });
      await tx.executionLog.create({
        data: { orderId, fromStatus: 'pending', toStatus: 'submitted', event: 'submitted', correlationId },
      });
      await tx.$executeRawUnsafe(
        OUTBOX,
        'order_updated',
        key,
        correlationId,
        updated('pending', 'submitted'),
      );
    });
    await prisma.$transaction(async (tx) => {
      const held = await tx.position.findUnique({
        where: { accountId_symbol: { accountId, symbol: 'AAPL' } },
      });
      const before = {
        quantity: new Decimal(held?.quantity.toString() ?? 0),
        cost: new Decimal(held?.costBasis.toString() ?? 0),
        avgPrice: new Decimal(held?.avgPrice.toString() ?? 0),
      };
      const effect = applyFill(
        before,
        new Decimal(side === 'buy' ? 1 : -1),
        new Decimal('100.25'),
        new Decimal(1),
      );
      const realized = effect.realized.plus(held?.realizedPnl.toString() ?? 0).toString();
      const tradeCount = (held?.tradeCount ?? 0n) + 1n;
      const after = {
        quantity: effect.holding.quantity.toString(),
        costBasis: effect.holding.cost.toString(),
        avgPrice: effect.holding.avgPrice.toString(),
        realizedPnl: realized,
        tradeCount,
      };
      await tx.trade.create({
        data: {
          tradeId: `t-${orderId}`,
          orderId,
          accountId,
          symbol: 'AAPL',
          side,
          quantity: '1',
          price: '100.25',
          commission: '1',
          executedAt: EXECUTED_AT,
          executionId: `x-${orderId}`,
          realizedPnl: effect.realized.toString(),
          correlationId,
          positionSeq: tradeCount,
          positionQuantity: after.quantity,
          positionCost: after.costBasis,
          positionAvgPrice: after.avgPrice,
          positionRealized: realized,
        },
      });
      await tx.position.upsert({
        where: { accountId_symbol: { accountId, symbol: 'AAPL' } },
        create: { accountId, symbol: 'AAPL', ...after },
        update: after,
      });
      await tx.order.update({
        where: { orderId },
        data: { status: 'filled', filledQuantity: '1', avgFillPrice: '100.25' },
      });
      await tx.executionLog.create({
        data: { orderId, fromStatus: 'submitted', toStatus: 'filled', event: 'fill', correlationId },
      });
      for (const [type, data] of [
        ['order_updated', updated('submitted', 'filled', '1')],
        [
          'trade_executed',
          JSON.stringify({ ...event, price: '100.25', commission: '1', executedAt: EXECUTED_AT }),
        ],
        ['position_updated', JSON.stringify({ ...after, tradeCount: String(tradeCount), asOf: EXECUTED_AT })],
      ]) {
        await tx.$executeRawUnsafe(OUTBOX, type, key, correlationId, data);
      }
    });
  };
}
