import { once } from 'node:events';
import { resolve } from 'node:path';
import { createWorker, runAsChild, type WorkerEvent } from '@trading/orchestration';
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
    .option('--limit <runs>', 'how many runs at once', wholeNumber(1), 2);
  onAction<WorkerCommandOptions>(withJson(command), async (context, { pool, queue, limit, json }) => {
    const worker = createWorker({
      client: await prefectClient(context),
      pool,
      flows: catalogueOf(context).map(({ definition }) => definition),
      command: ({ flowRunId, worker: name }) => ({
        program: process.execPath,
        args: [PROGRAM, 'prefect', 'execute', flowRunId, name],
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
  });

  const execute = prefect
    .command('execute', { hidden: true })
    .description('Carries out one run that a worker claimed; only a worker calls it.')
    .argument('<flow-run-id>')
    .argument('<worker>');
  onAction(execute, async (context, _options, [flowRunId = '', worker = '']) => {
    // A restart of the server, half a minute, is not to cost the run its result.
    const client = await prefectClient(context, { attempts: 8 });
    const flows = catalogueOf(context).map(({ definition }) => definition);
    await runAsChild({ client, flows, flowRunId, worker });
    return undefined;
  });
}

function eventText({ type, ...fields }: WorkerEvent): string {
  const said = Object.entries(fields).map(([name, value]) => `${name} ${value}`);
  return `${new Date().toISOString()} ${type} ${said.join(', ')}`;
}
