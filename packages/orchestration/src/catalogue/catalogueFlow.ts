import { closedReason, type ErrorCode, TradingError, tradingDate } from '@trading/model';
import { z } from 'zod';
import { skipped } from '../flows/declare';
import type { FlowDefinition, FlowOptions, FlowRunContext, Skipped } from '../flows/flow';
import type { JsonValue } from '../flows/json';
import type { FlowServices, OpenFlowServices } from './flowServices';

/** A flow of the catalogue with when and where it runs. */
export interface CatalogueFlow {
  readonly definition: FlowDefinition;
  /** In America/New_York; none for a flow that runs on demand. */
  readonly cron?: string | undefined;
  readonly queue: 'default' | 'heavy';
}

/** How a flow of the catalogue is declared. */
interface CatalogueEntry<Parameters extends object> extends Omit<FlowOptions<Parameters>, 'description'> {
  readonly name: string;
  readonly description: string;
  readonly cron?: string;
  readonly queue?: CatalogueFlow['queue'];
  readonly run: (
    services: FlowServices,
    run: FlowRunContext,
    parameters: Parameters,
  ) => Promise<JsonValue | Skipped>;
}

/** `YYYY-MM-DD`; the trading date on which the run was due, unless given. */
export const dateParameter = z.iso.date().optional();

/** Parameters of a flow that is about one trading date. */
export const forDate = z.object({ date: dateParameter });

/** Declares a flow whose services are opened when it runs and closed when it ends. */
export function catalogueFlow<Parameters extends object>(
  open: OpenFlowServices,
  { name, cron, queue = 'default', run, ...options }: CatalogueEntry<Parameters>,
): CatalogueFlow {
  const definition: FlowDefinition<Parameters> = {
    name,
    options: { retries: 2, retryDelaySeconds: 30, tags: [CATALOGUE_TAG], ...options },
    handler: async (context, parameters) => {
      await using services = await open({ correlationId: context.correlationId });
      // Awaited here, or the services would be closed under its feet.
      return await run(services, context, parameters);
    },
  };
  return { definition, cron, queue };
}

/** On every deployment and run of the catalogue. */
export const CATALOGUE_TAG = 'trading-catalogue';

/** A flow that is about one trading session: on a date without one it is Skipped. */
export function sessionFlow(
  open: OpenFlowServices,
  entry: Omit<CatalogueEntry<z.output<typeof forDate>>, 'parameters' | 'run'> & {
    readonly run: (services: FlowServices, run: FlowRunContext, date: string) => Promise<JsonValue>;
  },
): CatalogueFlow {
  return catalogueFlow(open, {
    ...entry,
    parameters: forDate,
    run: async (services, run, { date = tradingDate(run.scheduledFor) }) => {
      const reason = closedReason(date);
      if (reason !== undefined) return skipped(`XNYS is closed on ${date}: ${reason}`);
      return entry.run(services, run, date);
    },
  });
}

/** What a flow found is wrong with the business, not with the flow: it fails, and says what. */
export function found(code: ErrorCode, message: string, problems: readonly string[]): TradingError {
  const shown = problems.slice(0, 10).join('; ');
  return new TradingError(code, `${message}: ${shown}`, { details: { problems: [...problems] } });
}
