import { type CatalogueFlow, createCatalogue } from '@trading/orchestration';
import { type CommandContext, requireConnection } from '../../context';

/** The work pool that the catalogue is deployed to and workers serve, unless told. */
export const DEFAULT_POOL = 'trading';

/** Every flow, on the services of this checkout; they are loaded and opened when a flow runs. */
export function catalogueOf(context: CommandContext): CatalogueFlow[] {
  return createCatalogue(async ({ correlationId }) => {
    const { openFlowServices } = await import('../../composition/flowServices/openFlowServices');
    return openFlowServices({
      connection: await requireConnection(context),
      runtime: context.runtime,
      environment: context.environment,
      tradingSource: 'yahoo',
      correlationId,
      onWarning: context.output.say,
    });
  });
}
