import { createHash } from 'node:crypto';
import type { Transaction } from '@trading/database';
import { type Cause, Decimal, type EventData, type Severity, tradingDate } from '@trading/model';
import type { LimitType } from './limitTypes';
import { insertKill, liftKill } from './sql/killSwitches';
import { type MeasuredLimitRow, measureLimits, measurePosition } from './sql/measureLimits';
import { type AccountFigures, observeHolding } from './sql/observeHolding';
import { raiseEvent } from './sql/raiseEvent';
import { resolveBreaches } from './sql/resolveEvent';

/** How grave it is that a limit is crossed after the trade. */
const SEVERITY: Readonly<Record<string, Severity>> = {
  max_daily_loss: 'critical',
  max_drawdown: 'critical',
};

/** What the monitor does about a breach besides raising it. */
export interface MonitorRules {
  /** Limits whose breach sets the account's kill switch to `reduce_only`. */
  readonly killOn: readonly LimitType[];
}

/**
 * Looks at an account after one of its positions changed or was marked: exposure, the day's loss and the drawdown from
 * the peak go into `risk_limits.current_value`, and the first sight of a breach is raised. A breach that is over resolves
 * its event, so the next one is raised again.
 */
export async function watchPosition(
  tx: Transaction,
  position: EventData<'position_updated'>,
  cause: Cause,
  rules: MonitorRules,
): Promise<void> {
  const asOf = new Date(position.asOf);
  const figures = await observeHolding(tx, {
    accountId: position.accountId,
    symbol: position.symbol,
    quantity: position.quantity,
    marketValue: position.marketValue ?? new Decimal(position.quantity).times(position.avgPrice).toFixed(4),
    pnl: new Decimal(position.realizedPnl).plus(position.unrealizedPnl ?? 0).toString(),
    asOf,
    tradingDay: tradingDate(asOf),
  });
  // An older event than what is known of this holding tells nothing new.
  if (figures === undefined) return;
  const { accountId, symbol, quantity } = position;
  const measured = await measureLimits(tx, accountId, measurements(figures), asOf);
  const held = await measurePosition(tx, accountId, symbol, quantity, position.marketValue ?? '0', asOf);
  for (const limit of [...measured, ...held]) await follow(tx, accountId, limit, asOf, cause, rules);
}

/** Each limit's figure; null where it can't be told. */
function measurements(figures: AccountFigures): Record<string, string | null> {
  const loss = Decimal.max(0, new Decimal(figures.day_open_pnl).minus(figures.pnl));
  return {
    max_gross_exposure: figures.gross,
    max_daily_loss: loss.toFixed(4),
    max_drawdown: drawdown(figures),
  };
}

function drawdown(figures: AccountFigures): string | null {
  if (figures.capital === null) return null;
  const peak = new Decimal(figures.capital).plus(figures.peak_pnl);
  return Decimal.max(0, new Decimal(figures.peak_pnl).minus(figures.pnl)).div(peak).toFixed(4);
}

async function follow(
  tx: Transaction,
  accountId: string,
  limit: MeasuredLimitRow,
  asOf: Date,
  cause: Cause,
  rules: MonitorRules,
): Promise<void> {
  if (limit.breached === limit.was_breached) return;
  if (!limit.breached) return resolveBreaches(tx, accountId, limit.limit_type, limit.symbol);
  const what = limit.symbol === null ? limit.limit_type : `${limit.limit_type} of ${limit.symbol}`;
  const key = [accountId, limit.limit_type, limit.symbol, asOf.toISOString(), cause.causationId].join('\n');
  await raiseEvent(
    tx,
    {
      riskEventId: `breach-${createHash('sha256').update(key).digest('hex').slice(0, 40)}`,
      accountId,
      eventType: 'limit_breached',
      severity: SEVERITY[limit.limit_type] ?? 'warning',
      message: `${what} of account ${accountId} is ${limit.limit_value}, it stands at ${limit.current_value}`,
      data: {
        limit: limit.limit_type,
        limitValue: limit.limit_value,
        observed: limit.current_value,
        ...(limit.symbol === null ? {} : { symbol: limit.symbol }),
      },
      occurredAt: asOf,
    },
    cause,
  );
  if (!rules.killOn.some((type) => type === limit.limit_type)) return;
  const by = 'risk monitor';
  await liftKill(tx, 'account', accountId, by);
  await insertKill(tx, {
    scope: 'account',
    target: accountId,
    level: 'reduce_only',
    reason: `${what} is ${limit.limit_value}, it stands at ${limit.current_value}`,
    by,
  });
}
