import { deployCatalogue } from '@trading/orchestration';
import type { Command } from 'commander';
import { onAction, withJson } from '../../command';
import { textTable } from '../../output';
import { catalogueOf, DEFAULT_POOL } from './catalogue';
import { prefectClient } from './prefectConnection';

/** `trading prefect deploy`: the catalogue with its schedules. */
export function registerDeploy(prefect: Command): void {
  const command = prefect
    .command('deploy')
    .summary('bring the deployments in line with the catalogue of flows')
    .description('Deploys every flow with its schedule in New York time. The same again changes nothing.')
    .option('--pool <name>', 'the work pool', DEFAULT_POOL)
    .option('--prune', 'delete deployments of flows that are no longer in the catalogue');
  onAction<{ pool: string; prune?: boolean }>(withJson(command), async (context, { pool, prune }) => {
    const client = await prefectClient(context);
    const result = await deployCatalogue({ client, flows: catalogueOf(context), pool, prune });
    context.output.result(result, () =>
      [
        textTable(
          ['flow', '', 'schedule (New York)', 'queue', ''],
          result.flows.map(({ flow, change, cron, queue, paused }) => [
            flow,
            change,
            cron ?? 'on demand',
            queue,
            paused ? 'paused' : '',
          ]),
        ),
        ...result.removed.map(({ flow, deleted }) =>
          deleted
            ? `${flow} is no longer in the catalogue: deleted`
            : `${flow} is no longer in the catalogue: --prune deletes its deployment`,
        ),
      ].join('\n'),
    );
    return undefined;
  });
}
