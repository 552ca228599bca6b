import type { Sql } from '@trading/database';
import { type EventType, isTradingError, type TradingError } from '@trading/model';
import { type Alert, parseAlert } from './alert';
import { selectAlerts } from './sql/selectAlerts';

/** Told of each active alert that is stored in a way that can't be read; it is passed over. */
export type UnreadableAlertListener = (alertId: string, error: TradingError) => void;

/** The active alerts, by the event type that they watch. */
export interface AlertRules {
  /** Alerts that watch this type; no statement where they are known and fresh. */
  watching(sql: Sql, type: EventType): Promise<readonly Alert[]>;
  /** Reads them again for the next event. */
  invalidate(): void;
}

/**
 * Keeps the active alerts in memory, so that an event that nobody watches costs nothing. They are read again once they
 * are older than `ttlMs`: that is how long a change that another process made may go unnoticed.
 */
export function createAlertRules(options: {
  readonly ttlMs: number;
  readonly nowMs: () => number;
  readonly onUnreadable: UnreadableAlertListener;
}): AlertRules {
  let known: ReadonlyMap<EventType, readonly Alert[]> | undefined;
  let readAtMs = 0;
  return {
    async watching(sql, type) {
      if (known === undefined || options.nowMs() - readAtMs >= options.ttlMs) {
        readAtMs = options.nowMs();
        known = await readAlerts(sql, options.onUnreadable);
      }
      return known.get(type) ?? [];
    },
    invalidate() {
      known = undefined;
    },
  };
}

async function readAlerts(
  sql: Sql,
  onUnreadable: UnreadableAlertListener,
): Promise<ReadonlyMap<EventType, readonly Alert[]>> {
  const byType = new Map<EventType, Alert[]>();
  for (const stored of await selectAlerts(sql, { activeOnly: true })) {
    try {
      const alert = parseAlert(stored);
      byType.set(alert.eventType, [...(byType.get(alert.eventType) ?? []), alert]);
    } catch (error) {
      if (!isTradingError(error)) throw error;
      onUnreadable(stored.alertId, error);
    }
  }
  return byType;
}
