import { createServicePool } from '@trading/database';
import { createRiskService, type RiskService } from '@trading/risk';
import { type CommandContext, requireConnection } from '../../context';

/** Does some work with the risk service, on a pool that ends with it. */
export async function withRisk(
  context: CommandContext,
  work: (service: RiskService) => Promise<number | undefined>,
): Promise<number | undefined> {
  const { services } = await requireConnection(context);
  await using pool = createServicePool({ url: services.risk, service: 'risk' });
  return await work(createRiskService({ pool }));
}
