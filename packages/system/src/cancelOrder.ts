import { poolSql } from '@trading/database';
import {
  type BrokerSession,
  type ExecutionService,
  type Order,
  readBrokerAccounts,
} from '@trading/execution';
import { TradingError } from '@trading/model';
import type { ServicePools } from './pools';
import type { RemoteAccount } from './remoteAccount';

/** What a cancel goes through. */
export interface CancelPath {
  readonly pools: Pick<ServicePools, 'execution'>;
  readonly execution: ExecutionService;
  /** The account at a remote broker that this process reaches, and the session with that broker. */
  readonly remote: RemoteAccount | undefined;
  readonly brokerSession: BrokerSession | undefined;
}

/**
 * Cancels an order at the broker that holds it: one on paper at once; at a remote broker the cancel is asked for, and what the
 * broker made of it so far is in the order that is returned.
 *
 * @throws TradingError `SYSTEM.NO_REMOTE_BROKER` where this process doesn't reach that broker, `EXECUTION.UNKNOWN_ORDER`,
 *   `EXECUTION.CANCEL_REFUSED`, `BROKER.*`, `DATABASE.*`
 */
export async function cancelOrder(path: CancelPath, orderId: string, reason: string): Promise<Order> {
  const { execution, remote, brokerSession } = path;
  const { accountId, brokerOrderId } = await execution.readOrder(orderId);
  const remoteAccounts = await readBrokerAccounts(poolSql(path.pools.execution));
  const broker =
    remoteAccounts.get(accountId) ?? (remote?.accountId === accountId ? remote.broker.name : undefined);
  if (broker === undefined && brokerOrderId === null) return execution.cancelOrder(orderId, reason);
  if (remote?.accountId !== accountId || brokerSession === undefined) {
    throw new TradingError(
      'SYSTEM.NO_REMOTE_BROKER',
      `order ${orderId} is at ${broker ?? 'a remote broker'}: set ALPACA_TRADING_ACCOUNT to ${accountId}, with its keys, to cancel it there`,
      { details: { orderId, accountId, brokerOrderId } },
    );
  }
  await brokerSession.cancel(orderId, reason);
  await brokerSession.reconcile();
  return execution.readOrder(orderId);
}
