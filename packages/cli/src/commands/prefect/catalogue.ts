import { type CatalogueFlow, createCatalogue } from '@trading/orchestration';
import { openFlowServices } from '../../composition/flowServices/openFlowServices';
import { type CommandContext, requireConnection } from '../../context';

/** The work pool that the catalogue is deployed to and workers serve, unless told. */
export const DEFAULT_POOL = 'trading';

/** Every flow, on the services of this checkout; they are opened when a flow runs. */
export function catalogueOf(context: CommandContext): CatalogueFlow[] {
  return createCatalogue(async () =>
    openFlowServices({
      connection: await requireConnection(context),
      runtime: context.runtime,
      environment: context.environment,
      tradingSource: 'yahoo',
      onWarning: context.output.say,
    }),
  );
}
