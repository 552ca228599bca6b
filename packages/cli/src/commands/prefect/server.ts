import type { Command } from 'commander';
import { onAction, withJson } from '../../command';
import { EXIT } from '../../exitCode';
import { externalPrefect, localPrefect, prefectClient } from './prefectConnection';
import { startPrefect, stopPrefect } from './startPrefect';

/** `trading prefect up|down|status`: the server. */
export function registerServer(prefect: Command): void {
  const up = prefect
    .command('up')
    .summary('install and start the Prefect server of this checkout')
    .description(
      'Installs Prefect 3.4.14 into .trading/prefect (needs Python 3.9 to 3.13, or uv; about a minute, once) and starts it\n' +
        'on the database `prefect` of the local PostgreSQL, on the loopback interface, with a password and no telemetry.',
    );
  onAction(withJson(up), async (context) => {
    const { started, text } = await startPrefect(context);
    context.output.result(started, () => text);
    return undefined;
  });

  const down = prefect.command('down').summary('stop the Prefect server of this checkout; nothing is lost');
  onAction(withJson(down), async (context) => {
    const stopped = await stopPrefect(context);
    context.output.result({ stopped }, () => (stopped ? 'Stopped Prefect.' : 'Prefect was not running.'));
    return undefined;
  });

  const status = prefect
    .command('status')
    .summary('show the server, its pools, workers and deployments')
    .description('Exits 3 where the server does not answer.');
  onAction(withJson(status), async (context) => {
    const server =
      externalPrefect(context) === undefined ? await (await localPrefect(context)).status() : undefined;
    if (server !== undefined && !server.healthy) {
      context.output.result({ server }, () => 'Prefect is not running. Run: npx trading prefect up');
      return EXIT.unavailable;
    }
    const client = await prefectClient(context);
    const [version, pools, deployments, runs] = await Promise.all([
      client.version(),
      client.workPools.list(),
      client.deployments.list(),
      client.flowRuns.list({ stateTypes: ['PENDING', 'RUNNING', 'CANCELLING'], limit: 200 }),
    ]);
    const served = await Promise.all(
      pools.map(async ({ name }) => ({ pool: name, workers: (await client.workers.list(name)).length })),
    );
    const result = {
      apiUrl: client.apiUrl,
      version,
      pools: served,
      deployments: deployments.length,
      activeRuns: runs.length,
    };
    context.output.result(result, () =>
      [
        `Prefect ${version} at ${client.apiUrl}`,
        `${deployments.length} deployments, ${runs.length} runs active`,
        ...served.map(({ pool, workers }) => `pool ${pool}: ${workers} workers`),
      ].join('\n'),
    );
    return undefined;
  });
}
