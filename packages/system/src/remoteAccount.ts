import type { ServicePool } from '@trading/database';
import {
  type BrokerSession,
  createBrokerSession,
  type Difference,
  type RemoteBroker,
} from '@trading/execution';

/** One of our accounts, and the remote broker that works its orders. */
export interface RemoteAccount {
  readonly accountId: string;
  readonly broker: RemoteBroker;
}

/** The broker session between execution's books and the account's broker. @param pool  execution's */
export function openBrokerSession(
  pool: ServicePool,
  { accountId, broker }: RemoteAccount,
  onWarning: (message: string) => void,
): BrokerSession {
  return createBrokerSession({
    pool,
    accountId,
    broker,
    onError: (error) => onWarning(`${broker.name}: ${messageOf(error)}`),
  });
}

/** A difference in words. */
export function differenceText({ kind, id, ours, theirs }: Difference, broker: string): string {
  return `${kind.replaceAll('_', ' ')} (${id}): ours is ${ours}, ${broker} says ${theirs}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
