import { createServicePool, type ServiceName, type ServicePool } from '@trading/database';
import { type CommandContext, requireConnection } from '../context';

/**
 * Opens one service's pool, as its role; the command closes it.
 *
 * @throws TradingError `LOCAL.NOT_UP` before the first `trading up`
 */
export async function openServicePool(context: CommandContext, service: ServiceName): Promise<ServicePool> {
  const { services } = await requireConnection(context);
  return createServicePool({ url: services[service], service });
}
