import { createHash } from 'node:crypto';
import type { Sql } from '@trading/database';
import type { TradingError } from '@trading/model';
import type { ReadyStrategy } from '../define/defineStrategy';
import { pauseStrategies } from '../sql/pauseStrategies';

/** A strategy that could not decide on a moment. */
export interface Failure {
  readonly strategyId: string;
  readonly strategy: ReadyStrategy;
  readonly error: TradingError;
  /** Start of the bar that it was to decide on. */
  readonly at: Date;
  /** Whose bar it was; empty where the decision was for all symbols. */
  readonly symbol: string;
  /** The event that led to it. */
  readonly cause: { readonly id: string; readonly correlationId: string };
}

/** Pauses strategies that failed, and raises a risk event for each that says which decision is missing. */
export async function pauseFailed(sql: Sql, failures: readonly Failure[]): Promise<void> {
  if (failures.length === 0) return;
  await pauseStrategies(
    sql,
    failures.map(({ strategyId, strategy, error, at, symbol, cause }) => ({
      strategyId,
      accountId: strategy.parameters.accountId,
      riskEventId: `paused-${createHash('sha256').update(`${strategyId}\n${symbol}\n${at.toISOString()}`).digest('hex').slice(0, 40)}`,
      message:
        `strategy ${strategyId} is paused: it made no decision on ${symbol === '' ? 'its symbols' : symbol} at ` +
        `${at.toISOString()}: ${error.message}`,
      data: { strategyId, symbol, at: at.toISOString(), code: error.code, kind: strategy.kind },
      occurredAt: at,
      correlationId: cause.correlationId,
      causationId: cause.id,
    })),
  );
}
