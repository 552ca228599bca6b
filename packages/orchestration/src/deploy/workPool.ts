import { isTradingError } from '@trading/model';
import type { WorkPool } from '../client/apiTypes';
import type { PrefectClient } from '../client/prefectClient';

/** The type of pools that our workers serve; Prefect's own workers leave them alone. */
export const WORK_POOL_TYPE = 'trading';

/** Prefect wants one; what a run is started with is the worker's business, so it says nothing. */
const JOB_TEMPLATE = {
  job_configuration: { labels: '{{ labels }}' },
  variables: { type: 'object', properties: { labels: { type: 'object', title: 'Labels', default: {} } } },
};

/** Finds a pool, or makes it. Several may do so at once. */
export async function ensureWorkPool(client: PrefectClient, name: string): Promise<WorkPool> {
  try {
    return await client.workPools.byName(name);
  } catch (error) {
    if (!isTradingError(error, 'PREFECT.NOT_FOUND')) throw error;
  }
  try {
    return await client.workPools.create({
      name,
      type: WORK_POOL_TYPE,
      description: 'Served by `trading prefect worker`, each run a process',
      base_job_template: JOB_TEMPLATE,
    });
  } catch (error) {
    if (!isTradingError(error, 'PREFECT.CONFLICT')) throw error;
    return client.workPools.byName(name);
  }
}
