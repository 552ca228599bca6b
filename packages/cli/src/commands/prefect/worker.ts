import { once } from 'node:events';
import { resolve } from 'node:path';
import { TradingError } from '@trading/model';
import { createWorker, type FlowDefinition, runAsChild, type WorkerEvent } from '@trading/orchestration';
import type { Command } from 'commander';
import { onAction, withJson } from '../../command';
import { jsonForTerminal } from '../../terminal';
import { wholeNumber } from '../wholeNumber';
import { catalogueOf, DEFAULT_POOL } from './catalogue';
import { prefectClient } from './prefectConnection';

interface WorkerCommandOptions {
  pool: string;
  queue?: string[];
  limit: number;
  allowDeleting?: string[];
  json?: boolean;
}

/** The program that this is, for the processes of runs. */
const PROGRAM = resolve(__dirname, '../../../bin/trading.cjs');

/** `trading prefect worker`: serves the work pool until Ctrl-C. */
export function registerWorker(prefect: Command): void {
  const command = prefect
    .command('worker')
    .summary('run what is due, each run in a process of its own, until Ctrl-C')
    .description(
      'Any number may serve a pool, on any number of machines. Ctrl-C lets the runs in hand end (30 s), then has the others\n' +
        'picked up elsewhere. With --json prints an event a line.',
    )
    .option('--pool <name>', 'the work pool', DEFAULT_POOL)
    .option('--queue <name...>', 'only these queues of it')
    .option('--limit <runs>', 'how many runs at once', wholeNumber(1), 2)
    .option(
      '--allow-deleting <flow...>',
      'flows that may delete data here when a run asks for it: archive_old_data',
    );
  onAction<WorkerCommandOptions>(
    withJson(command),
    async (context, { pool, queue, limit, allowDeleting = [], json }) => {
      const flows = catalogueOf(context).map(({ definition }) => definition);
      requireDeletingFlows(allowDeleting, flows);
      const config = context.configPath === undefined ? [] : ['--config', context.configPath];
      const worker = createWorker({
        client: await prefectClient(context),
        pool,
        flows,
        command: ({ flowRunId, worker: name }) => ({
          program: process.execPath,
          args: [PROGRAM, 'prefect', 'execute', flowRunId, name, ...allowDeleting, ...config],
          cwd: context.root,
        }),
        queues: queue,
        limit,
        listen: (event) => {
          if (json === true) process.stdout.write(`${jsonForTerminal(JSON.stringify(event))}\n`);
          else context.output.say(eventText(event));
        },
      });
      await worker.start();
      if (!context.signal.aborted) await once(context.signal, 'abort');
      await worker.stop();
      return undefined;
    },
  );

  const execute = prefect
    .command('execute', { hidden: true })
    .description('Carries out one run that a worker claimed; only a worker calls it.')
    .argument('<flow-run-id>')
    .argument('<worker>')
    .argument('[may-delete...]');
  onAction(execute, async (context, _options, [flowRunId = '', worker = '', ...mayDelete]) => {
    // A restart of the server, half a minute, is not to cost the run its result.
    const client = await prefectClient(context, { attempts: 8 });
    const flows = catalogueOf(context).map(({ definition }) => definition);
    await runAsChild({ client, flows, flowRunId, worker, mayDelete });
    return undefined;
  });
}

/** A name that no flow has would be leave for nothing, and noticed only when a run is refused. */
function requireDeletingFlows(names: readonly string[], flows: readonly FlowDefinition[]): void {
  const deleting = flows.filter(({ options }) => options.deletes !== undefined).map(({ name }) => name);
  for (const name of names.filter((each) => !deleting.includes(each)))
    throw new TradingError(
      'CLI.INVALID_ARGUMENT',
      `--allow-deleting ${name}: the flows that may delete are ${deleting.join(', ')}`,
      { details: { flow: name } },
    );
}

function eventText({ type, ...fields }: WorkerEvent): string {
  const said = Object.entries(fields).map(([name, value]) => `${name} ${value}`);
  return `${new Date().toISOString()} ${type} ${said.join(', ')}`;
}
