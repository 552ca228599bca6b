import {
  createPaperBroker,
  createSimulatedAccount,
  leaves,
  missingShares,
  type Order,
  type OrderRequest,
  orderIdOf,
  type PriceBar,
  type SimulatedFill,
} from '@trading/execution';
import { Decimal, type OrderStatus, parseDataSource, tradingDate } from '@trading/model';
import { judgeMarketOrder, type MarketOrder, observePnl, openState } from '@trading/risk';
import { type AccountView, signalId, type Wanted } from '@trading/strategy';
import type { BacktestPlan } from './backtestPlan';

/** An account in memory that trades what a strategy asks for, as far as the plan's limits allow. */
export interface JudgedAccount {
  orders(): readonly Order[];
  /** A symbol's next bar: fills what works, marks what is held. */
  meet(symbol: string, bar: PriceBar): SimulatedFill[];
  /** What the strategy sees of it now. */
  view(): AccountView;
  /** Places the orders that a target leads to, if it leads to any. @param last  the symbol's last bar of the trading series */
  aim(wanted: Wanted, decidedAt: Date, last: PriceBar | null): void;
}

/** An older price sizes no order, as in the service. */
const YEAR_MS = 366 * 86_400_000;
const ZERO = new Decimal(0);
const WORKING: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['pending', 'submitted', 'partially_filled']);

/** Opens the account of a plan. */
export function openJudgedAccount(plan: BacktestPlan): JudgedAccount {
  const { ready, strategyId, limits, positionLimits } = plan;
  const { accountId, tradingSource } = ready.parameters;
  let state = openState(plan.capital);
  const account = createSimulatedAccount({
    broker: createPaperBroker(plan.fillModel),
    session: { barIsSession: parseDataSource(tradingSource).timeframe === '1d' },
    onPosition: (asOf) => {
      state = observePnl(state, account.pnl(), tradingDate(asOf));
    },
  });
  const referencePrices = new Map<string, Decimal>();
  const judge = (order: MarketOrder, referencePrice: Decimal) =>
    judgeMarketOrder(order, {
      holdings: account
        .positions()
        .map(({ symbol, holding, mark }) => ({ symbol, quantity: holding.quantity, mark })),
      orders: account.orders().map((placed) => ({
        ...placed,
        leaves: leaves(placed),
        rejected: placed.status === 'rejected',
        referencePrice: referencePrices.get(placed.orderId) ?? referencePrice,
      })),
      pnl: account.pnl(),
      state,
      limits,
      positionLimits,
    });
  return {
    orders: account.orders,
    meet: account.meet,
    view: () => {
      const positions = account.positions();
      const cost = positions.reduce((sum, { holding }) => sum.plus(holding.cost), ZERO);
      const realized = positions.reduce((sum, { realizedPnl }) => sum.plus(realizedPnl), ZERO);
      return {
        equity: plan.capital.plus(account.pnl()),
        cash: plan.capital.plus(realized).minus(cost),
        quantity: (symbol) => account.exposure(symbol).held,
        orders: (symbol) =>
          account
            .orders()
            .filter((order) => order.symbol === symbol && WORKING.has(order.status))
            .map((order) => ({ symbol, side: order.side, leaves: leaves(order) })),
      };
    },
    aim: ({ symbol, targetNotional, targetQuantity, orders }, decidedAt, last) => {
      if (last === null || last.timestamp.getTime() <= decidedAt.getTime() - YEAR_MS) return;
      const referencePrice = last.close;
      const id = signalId(strategyId, symbol, decidedAt);
      const place = (order: Pick<OrderRequest, 'orderId' | 'side' | 'quantity'> & Partial<OrderRequest>) => {
        const request = { ...order, accountId, symbol, strategyId, signalId: id, decidedAt };
        const reference = { price: referencePrice, at: last.timestamp };
        const quantity = new Decimal(request.quantity);
        const denial = judge({ ...request, quantity, reference }, referencePrice);
        referencePrices.set(request.orderId, referencePrice);
        account.place(request, denial?.reason ?? null);
      };
      if (orders !== undefined) {
        for (const [index, order] of orders.entries()) place({ ...order, orderId: orderIdOf(id, index) });
        return;
      }
      const target = {
        targetNotional: targetNotional.toString(),
        targetQuantity: targetQuantity?.toString(),
      };
      const missing = missingShares(target, { referencePrice, ...account.exposure(symbol) });
      if (missing.isZero()) return;
      const side = missing.isNegative() ? ('sell' as const) : ('buy' as const);
      place({ orderId: orderIdOf(id), side, quantity: missing.abs() });
    },
  };
}
