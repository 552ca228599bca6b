import { createHash } from 'node:crypto';
import { settlementDate } from '@trading/model';
import type { RiskEvents } from '../ports';
import { type BustedFillRow, bustFillRow } from '../sql/fills/bustFill';
import type { Work } from '../work';

/** A broker's word that an execution didn't happen. */
export interface ReportedBust {
  readonly accountId: string;
  /** The execution that is taken back. */
  readonly executionId: string;
  readonly bustedAt: Date;
}

/**
 * Takes a fill back by a correcting entry, once however often it is reported, and publishes the correcting trade and the
 * position. A bust of a fill that is not booked is raised, never dropped.
 *
 * @throws TradingError `DATABASE.*`
 */
export async function bustFill(
  work: Work,
  riskEvents: RiskEvents,
  bust: ReportedBust,
): Promise<BustedFillRow['outcome']> {
  const row = await bustFillRow(work.tx, {
    ...bust,
    settlementDate: settlementDate(bust.bustedAt),
    correlationId: work.cause.correlationId,
  });
  if (row?.outcome === 'duplicate') return 'duplicate';
  const known = row?.outcome === 'busted';
  await raise(work, riskEvents, bust, known);
  if (row === undefined || !known) return 'unknown_trade';
  announceBust(work, row, bust);
  return 'busted';
}

async function raise(work: Work, riskEvents: RiskEvents, bust: ReportedBust, known: boolean): Promise<void> {
  const key = createHash('sha256')
    .update(`${bust.accountId}\n${bust.executionId}`)
    .digest('hex')
    .slice(0, 40);
  await riskEvents.raise(
    work.tx,
    {
      riskEventId: `${known ? 'bust' : 'unknown-bust'}-${key}`,
      accountId: bust.accountId,
      eventType: known ? 'trade_busted' : 'unknown_bust',
      severity: known ? 'warning' : 'critical',
      message: known
        ? `execution ${bust.executionId} was taken back by the broker; a correcting trade is booked`
        : `the broker took back execution ${bust.executionId}, which is not booked`,
      data: { executionId: bust.executionId },
      occurredAt: bust.bustedAt,
    },
    work.cause,
  );
}

function announceBust(work: Work, row: BustedFillRow, bust: ReportedBust): void {
  const occurredAt = bust.bustedAt;
  const accountId = bust.accountId;
  const symbol = row.symbol ?? '';
  work.publish(
    'trade_executed',
    {
      tradeId: row.trade_id ?? '',
      executionId: `bust:${bust.executionId}`.slice(0, 100),
      orderId: row.order_id ?? '',
      accountId,
      symbol,
      side: row.side ?? 'sell',
      quantity: row.quantity ?? '0',
      price: row.price ?? '0',
      commission: row.commission ?? '0',
      realizedPnl: row.trade_realized_pnl ?? '0',
      executedAt: occurredAt.toISOString(),
      strategyId: row.strategy,
    },
    { occurredAt },
  );
  work.publish(
    'position_updated',
    {
      accountId,
      symbol,
      quantity: row.position_quantity ?? '0',
      avgPrice: row.position_avg_price ?? '0',
      realizedPnl: row.position_realized_pnl ?? '0',
      unrealizedPnl: row.unrealized_pnl,
      marketValue: row.market_value,
      markPrice: row.mark_price,
      asOf: occurredAt.toISOString(),
      cause: 'fill',
    },
    { occurredAt },
  );
}
