import type { Command } from 'commander';
import { registerDeploy } from './prefect/deploy';
import { registerLogs } from './prefect/logs';
import { registerRunFlow } from './prefect/run';
import { registerServer } from './prefect/server';
import { registerWorker } from './prefect/worker';

/** `trading prefect`: the orchestrator beside the system. */
export function registerPrefect(program: Command): void {
  const prefect = program
    .command('prefect')
    .summary('schedules and runs the jobs: the Prefect server, deployments, runs, workers')
    .description(
      'Works with the Prefect server of this checkout, or with the one that PREFECT_API_URL names (with PREFECT_API_KEY or\n' +
        'PREFECT_API_AUTH_STRING).',
    );
  for (const register of [registerServer, registerDeploy, registerRunFlow, registerLogs, registerWorker])
    register(prefect);
}
