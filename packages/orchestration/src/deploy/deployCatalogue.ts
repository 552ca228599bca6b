import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CATALOGUE_TAG, type CatalogueFlow } from '../catalogue/catalogueFlow';
import type { Deployment, DeploymentCreate } from '../client/apiTypes';
import type { PrefectClient } from '../client/prefectClient';
import { ensureWorkPool } from './workPool';

/** What is deployed, and where. */
export interface CatalogueDeployment {
  readonly client: PrefectClient;
  readonly flows: readonly CatalogueFlow[];
  readonly pool: string;
  /** True to delete deployments of flows that are no longer in the catalogue; else they are told of. */
  readonly prune?: boolean | undefined;
}

/** What became of one deployment. */
export interface DeployedFlow {
  readonly flow: string;
  readonly change: 'created' | 'updated' | 'unchanged';
  /** In America/New_York. */
  readonly cron: string | null;
  readonly queue: string;
  readonly paused: boolean;
}

/** What deploying did. */
export interface DeployResult {
  readonly pool: string;
  readonly flows: readonly DeployedFlow[];
  /** Deployments of flows that the catalogue no longer has. */
  readonly removed: readonly { readonly flow: string; readonly deleted: boolean }[];
}

/** Times in schedules are the exchange's. */
export const TIMEZONE = 'America/New_York';

/** The name of every deployment of the catalogue: `<flow>/trading` in Prefect. */
export const DEPLOYMENT_NAME = 'trading';

/** The label that holds what was deployed, shortened, so that the same again is known and left alone. */
const FINGERPRINT = 'trading.fingerprint';

/**
 * Brings Prefect's deployments in line with the catalogue. What is right is left alone: a schedule deployed again would
 * lose the runs that it made ahead. A deployment that somebody paused stays paused.
 */
export async function deployCatalogue(deployment: CatalogueDeployment): Promise<DeployResult> {
  const { client, flows, pool } = deployment;
  await ensureWorkPool(client, pool);
  const known = (await client.deployments.list({ tags: [CATALOGUE_TAG] })).filter(
    ({ name, work_pool_name }) => name === DEPLOYMENT_NAME && work_pool_name === pool,
  );
  const deployed: DeployedFlow[] = [];
  const wanted = new Set<string>();
  for (const flow of flows) {
    const { id } = await client.flows.ensure(flow.definition.name, { tags: [CATALOGUE_TAG] });
    wanted.add(id ?? '');
    const existing = known.find(({ flow_id }) => flow_id === id);
    deployed.push(await deployOne(client, pool, flow, id ?? '', existing));
  }
  const removed = [];
  for (const orphan of known.filter(({ flow_id }) => !wanted.has(flow_id))) {
    const { name } = await client.flows.byId(orphan.flow_id);
    if (deployment.prune === true) await client.deployments.remove(orphan.id ?? '');
    removed.push({ flow: name, deleted: deployment.prune === true });
  }
  return { pool, flows: deployed, removed };
}

async function deployOne(
  client: PrefectClient,
  pool: string,
  flow: CatalogueFlow,
  flowId: string,
  existing: Deployment | undefined,
): Promise<DeployedFlow> {
  const request = requestOf(pool, flow, flowId);
  const fingerprint = createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 16);
  const paused = existing?.paused ?? false;
  const described = { flow: flow.definition.name, cron: flow.cron ?? null, queue: flow.queue, paused };
  if (existing?.labels?.[FINGERPRINT] === fingerprint && schedulesOf(existing) === (flow.cron ?? ''))
    return { ...described, change: 'unchanged' };
  await client.deployments.upsert({ ...request, paused, labels: { [FINGERPRINT]: fingerprint } });
  return { ...described, change: existing === undefined ? 'created' : 'updated' };
}

/** The crons that are there now: somebody may have edited them in the UI. */
function schedulesOf({ schedules = [] }: Deployment): string {
  return schedules.map(({ schedule }) => ('cron' in schedule ? schedule.cron : 'other')).join(' and ');
}

function requestOf(
  pool: string,
  { definition, cron, queue }: CatalogueFlow,
  flowId: string,
): DeploymentCreate {
  return {
    name: DEPLOYMENT_NAME,
    flow_id: flowId,
    work_pool_name: pool,
    work_queue_name: queue,
    description: definition.options.description ?? null,
    entrypoint: `catalogue:${definition.name}`,
    tags: [CATALOGUE_TAG],
    // The UI's form for a run by hand is made from it, and the server refuses what doesn't fit.
    parameter_openapi_schema: { ...z.toJSONSchema(definition.options.parameters, { io: 'input' }) },
    enforce_parameter_schema: true,
    schedules:
      cron === undefined
        ? []
        : [{ active: true, schedule: { cron, timezone: TIMEZONE }, slug: DEPLOYMENT_NAME }],
  };
}
