import { poolSql, type ServicePool } from '@trading/database';
import { createExecutionService, type ExecutionService, readBrokerAccounts } from '@trading/execution';
import type { RemoteAccount } from '@trading/system';
import type { CommandContext } from '../../context';
import { remoteAccountOf } from '../../remoteAccountOf';
import { openServicePool } from '../openServicePool';

/** What an order command works with. */
export interface OrderCommand {
  readonly execution: ExecutionService;
  readonly pool: ServicePool;
  /** The account that this environment reaches at a remote broker. */
  readonly remote: RemoteAccount | undefined;
  /** Accounts at remote brokers, with the broker's name: also those that this environment has no keys of. */
  readonly remoteAccounts: ReadonlyMap<string, string>;
}

/** Opens execution for a command, knowing which accounts are whose. */
export async function withExecution(
  context: CommandContext,
  work: (command: OrderCommand) => Promise<number | undefined>,
): Promise<number | undefined> {
  const remote = remoteAccountOf(context.environment, context.output.say);
  await using pool = await openServicePool(context, 'execution');
  const remoteAccounts = await readBrokerAccounts(poolSql(pool));
  if (remote !== undefined && !remoteAccounts.has(remote.accountId))
    remoteAccounts.set(remote.accountId, remote.broker.name);
  const execution = createExecutionService({ pool, remoteAccounts: remoteAccounts.keys() });
  return await work({ execution, pool, remote, remoteAccounts });
}
