import type { RiskEvent } from '@trading/risk';

/** Who resolved it; a breach is over by itself once its limit holds again, of other events names weren't always kept. */
export function resolverOf({
  eventType,
  resolvedAt,
  resolvedBy,
}: Pick<RiskEvent, 'eventType' | 'resolvedAt' | 'resolvedBy'>): string {
  if (resolvedAt === null) return '';
  return resolvedBy ?? (eventType === 'limit_breached' ? 'itself' : 'unknown');
}
