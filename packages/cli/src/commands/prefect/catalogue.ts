import { type CatalogueFlow, createCatalogue, openFlowServices } from '@trading/orchestration';
import { type CommandContext, isolationOf, requireConnection } from '../../context';
import { remoteAccountOf } from '../../remoteAccountOf';
import { providerOfSeries } from '../ingest/providerSettings';

/** The work pool that the catalogue is deployed to and workers serve, unless told. */
export const DEFAULT_POOL = 'trading';

/** Every flow, on the services of this checkout; they are opened when a flow runs. */
export function catalogueOf(context: CommandContext): CatalogueFlow[] {
  return createCatalogue(async ({ correlationId }) => {
    const { environment, runtime } = context;
    const onWarning = context.output.say;
    const { strategies, channels } = await context.installation();
    return openFlowServices({
      connection: await requireConnection(context),
      runtime,
      remote: remoteAccountOf(environment, onWarning),
      strategies,
      isolation: isolationOf(context),
      channels,
      providerOf: (dataSource) => providerOfSeries(dataSource, environment),
      correlationId,
      onWarning,
    });
  });
}
