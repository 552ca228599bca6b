import type { Severity } from './orders';

/** What causes an order, a fill or a decision, for the chain of events. */
export interface Cause {
  readonly correlationId: string;
  /** The event that led here; none for a command. */
  readonly causationId: string | null;
}

/** Something that a service saw and may not judge alone. */
export interface RiskObservation {
  /** Deterministic, so that it is raised once however often it is seen; at most 100 characters. */
  readonly riskEventId: string;
  readonly accountId: string;
  readonly eventType: string;
  readonly severity: Severity;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
}
