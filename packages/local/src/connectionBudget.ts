import { SERVICE_NAMES } from '@trading/database';
import type { ServerFacts } from './sql/readServerFacts';

/** Connections of each service's pool under load (base 10 and 20 more). */
export const POOL_MAX = 30;
/** The event bus's role is no service: one relay and the consumers' cursors. */
export const BUS_MAX = 10;

/** Seven services' pools and the bus: what the system may hold open at once. */
export function connectionsNeeded(): number {
  return (SERVICE_NAMES.length - 1) * POOL_MAX + BUS_MAX;
}

/** What `max_connections` leaves to ordinary roles, and whether it is enough. */
export function connectionBudget(facts: ServerFacts): { available: number; needed: number; enough: boolean } {
  const available = facts.maxConnections - facts.reservedConnections;
  const needed = connectionsNeeded();
  return { available, needed, enough: available >= needed };
}
