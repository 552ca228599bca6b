import type { ServicePool } from '@trading/database';
import { inWork, type Work } from '../work';
import type { RemoteBroker } from './remoteBroker';

/** The points at which a process may die between the broker and the database; tests stop there. */
export type BrokerSessionStep =
  | 'before submit'
  | 'before record'
  | 'after record'
  | 'before booking'
  | 'after booking'
  | 'before bust'
  | 'after bust'
  | 'before reconcile'
  | 'after reconcile';

/** What every part of a broker session works with. */
export interface SessionContext {
  readonly pool: ServicePool;
  readonly broker: RemoteBroker;
  /** Our account at the broker. */
  readonly accountId: string;
  now(): Date;
  step(step: BrokerSessionStep): void;
}

/** One transaction of the session. */
export function inSessionWork<T>(session: SessionContext, work: (work: Work) => Promise<T>): Promise<T> {
  return inWork(session.pool, work);
}
