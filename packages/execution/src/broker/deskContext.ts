import type { ServicePool } from '@trading/database';
import type { PreTradeRisk, RiskEvents } from '../ports';
import { inWork, type Work } from '../work';
import type { RemoteBroker } from './remoteBroker';

/** The points at which a process may die between the broker and the database; tests stop there. */
export type DeskStep =
  | 'before submit'
  | 'before record'
  | 'after record'
  | 'before booking'
  | 'after booking'
  | 'before bust'
  | 'after bust'
  | 'before reconcile'
  | 'after reconcile';

/** What every part of a broker desk works with. */
export interface DeskContext {
  readonly pool: ServicePool;
  readonly broker: RemoteBroker;
  /** Our account at the broker. */
  readonly accountId: string;
  readonly risk: PreTradeRisk;
  readonly riskEvents: RiskEvents;
  now(): Date;
  step(step: DeskStep): void;
}

/** One transaction of the desk. */
export function inDeskWork<T>(desk: DeskContext, work: (work: Work) => Promise<T>): Promise<T> {
  return inWork(desk.pool, work);
}
