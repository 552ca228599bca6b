import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import type { BrokerSession } from '@trading/execution';
import { isTradingError } from '@trading/model';
import { openTradingSystem, type RemoteAccount } from '@trading/system';
import type { Command } from 'commander';
import { onAction } from '../command';
import { type CommandContext, isolationOf, requireConnection } from '../context';
import { createMetrics } from '../metrics/metrics';
import { serveMetrics } from '../metrics/metricsServer';
import { remoteAccountOf } from '../remoteAccountOf';
import { type ServeFlags, serveFlags, serveOptionsOf } from '../serve/serveFlags';
import { serveSystem } from '../serve/serveSystem';
import { reconciliationText } from './reconcile';
import { wholeNumber } from './wholeNumber';

/** How often each service's figures go into the performance log. */
const RECORD_EVERY_MS = 60_000;

interface RunOptions extends ServeFlags {
  metricsPort?: number;
  api: boolean;
}

/** `trading run`: all seven services, as events come. */
export function registerRun(program: Command): void {
  const command = program
    .command('run')
    .summary('run all seven services, handling events as they come, until Ctrl-C')
    .description(
      'Handles what is waiting, then everything that is published, by `trading ingest` for example. Ctrl-C finishes what is\n' +
        'in hand. Several may run at once: each event is handled by one of them. Every minute, and at the end, figures go\n' +
        'into logging.performance_logs: what each service handled and gave up, how far it is behind, its connections.\n' +
        'Orders of the account that ALPACA_TRADING_ACCOUNT names go to Alpaca, whose books are compared with ours first.',
    )
    .option(
      '--metrics-port <n>',
      'serve the same figures to Prometheus at http://127.0.0.1:<n>/metrics; 0 takes a free port',
      wholeNumber(0, 65_535),
    );
  serveFlags(command.option('--no-api', 'serve no HTTP API and no dashboard'));
  onAction<RunOptions>(command, async (context, { metricsPort, api, ...flags }) => {
    const connection = await requireConnection(context);
    const { output, signal } = context;
    const serveOptions = await serveOptionsOf(flags);
    const remote = remoteAccountOf(context.environment, output.say);
    const { strategies, channels } = await context.installation();
    await using system = await openTradingSystem({
      connection,
      remote,
      strategies,
      isolation: isolationOf(context),
      channels,
      onWarning: output.say,
    });
    await using metrics =
      metricsPort === undefined
        ? undefined
        : await serveMetrics(createMetrics(system.figures), metricsPort, output.say);
    await using _api = api ? await serveSystem(context, system, connection, serveOptions) : undefined;
    if (remote !== undefined && system.brokerSession !== undefined)
      await openBroker(remote, system.brokerSession, context);
    system.start();
    output.say(
      connection.redisUrl === undefined
        ? 'Running. Ctrl-C stops.'
        : 'Running, and announcing events on Redis. Ctrl-C stops.',
    );
    if (metrics !== undefined) output.say(`Metrics: ${metrics.url}`);
    let since = performance.now();
    const record = async () => {
      const elapsedMs = performance.now() - since;
      since += elapsedMs;
      await system
        .recordPerformance('run', elapsedMs)
        .catch((error: Error) => output.say(`The figures were not recorded: ${error.message}`));
    };
    const recording = setInterval(record, RECORD_EVERY_MS);
    if (!signal.aborted) await once(signal, 'abort');
    clearInterval(recording);
    // What is still in hand belongs to the last figures.
    await system.stop();
    await record();
    return undefined;
  });
}

/** Reconciles before anything is traded, then listens; a broker that is away is waited for, one that refuses us is an error. */
async function openBroker(
  { accountId, broker }: RemoteAccount,
  brokerSession: BrokerSession,
  { output }: CommandContext,
): Promise<void> {
  try {
    output.say(reconciliationText(accountId, broker.name, await brokerSession.reconcile()));
  } catch (error) {
    if (!isTradingError(error, 'BROKER.UNAVAILABLE')) throw error;
    output.say(`${error.message}; orders of ${accountId} wait until it answers`);
  }
  void brokerSession.start().catch((error: Error) => output.say(`${broker.name}: ${error.message}`));
}
