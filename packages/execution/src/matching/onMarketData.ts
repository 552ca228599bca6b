import type { EventData } from '@trading/model';
import { type MarkedPositionRow, markPositions } from '../sql/positions/markPositions';
import type { Work } from '../work';
import { type Matching, matchWorkingOrders } from './matchWorkingOrders';

/** New bars of the trading series: fills the orders that they reach, then marks the symbol's positions at the last close. */
export async function onMarketData(
  work: Work,
  matching: Matching,
  bars: EventData<'market_data_updated'>,
): Promise<void> {
  if (bars.dataSource !== matching.tradingSource) return;
  const to = new Date(bars.to);
  await matchWorkingOrders(work, matching, bars.symbol, to);
  announceMarks(
    work,
    await markPositions(work.tx, bars.symbol, matching.tradingSource, new Date(bars.from), to),
  );
}

/** Publishes positions as a mark left them. */
export function announceMarks(work: Work, marked: readonly MarkedPositionRow[]): void {
  for (const row of marked) {
    work.publish(
      'position_updated',
      {
        accountId: row.account_id,
        symbol: row.symbol,
        quantity: row.quantity,
        avgPrice: row.avg_price,
        realizedPnl: row.realized_pnl,
        unrealizedPnl: row.unrealized_pnl,
        marketValue: row.market_value,
        markPrice: row.mark_price,
        asOf: row.marked_at.toISOString(),
        cause: 'mark',
      },
      { occurredAt: row.marked_at },
    );
  }
}
