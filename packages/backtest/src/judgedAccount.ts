import {
  createPaperBroker,
  createSimulatedAccount,
  leaves,
  missingShares,
  type Order,
  orderIdOf,
  type PriceBar,
  type SimulatedFill,
} from '@trading/execution';
import { type Decimal, parseDataSource, tradingDate } from '@trading/model';
import { judgeMarketOrder, type MarketOrder, observePnl, openState } from '@trading/risk';
import { signalId, type Wanted } from '@trading/strategy';
import type { BacktestPlan } from './backtestPlan';

/** An account in memory that trades what a strategy asks for, as far as the plan's limits allow. */
export interface JudgedAccount {
  orders(): readonly Order[];
  /** A symbol's next bar: fills what works, marks what is held. */
  meet(symbol: string, bar: PriceBar): SimulatedFill[];
  /** Places the order that a target leads to, if it leads to one. @param last  the symbol's last bar of the trading series */
  aim(wanted: Wanted, decidedAt: Date, last: PriceBar | null): void;
}

/** An older price sizes no order, as in the service. */
const YEAR_MS = 366 * 86_400_000;

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
    aim: ({ symbol, targetNotional }, decidedAt, last) => {
      if (last === null || last.timestamp.getTime() <= decidedAt.getTime() - YEAR_MS) return;
      const referencePrice = last.close;
      const missing = missingShares(targetNotional.toString(), {
        referencePrice,
        ...account.exposure(symbol),
      });
      if (missing.isZero()) return;
      const id = signalId(strategyId, symbol, decidedAt);
      const order = {
        orderId: orderIdOf(id),
        accountId,
        symbol,
        side: missing.isNegative() ? ('sell' as const) : ('buy' as const),
        quantity: missing.abs(),
        strategyId,
        signalId: id,
        decidedAt,
      };
      const reference = { price: referencePrice, at: last.timestamp };
      const denial = judge({ ...order, reference }, referencePrice);
      referencePrices.set(order.orderId, referencePrice);
      account.place(order, denial?.reason ?? null);
    },
  };
}
