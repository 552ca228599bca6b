import { poolMax, SERVICE_NAMES } from '@trading/database';
import type { ServerFacts } from './sql/readServerFacts';

/** Pools of the seven services, the bus and the API: what the system may hold open at once. */
export function connectionsNeeded(): number {
  return SERVICE_NAMES.reduce((sum, service) => sum + poolMax(service), 0);
}

/** What `max_connections` leaves to ordinary roles, and whether it is enough. */
export function connectionBudget(facts: ServerFacts): { available: number; needed: number; enough: boolean } {
  const available = facts.maxConnections - facts.reservedConnections;
  const needed = connectionsNeeded();
  return { available, needed, enough: available >= needed };
}
