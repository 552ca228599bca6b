import { once } from 'node:events';
import type { Command } from 'commander';
import { onAction } from '../command';
import { openTradingSystem } from '../composition/tradingSystem';
import { requireConnection } from '../context';

/** `trading run`: all seven services, as events come. */
export function registerRun(program: Command): void {
  const command = program
    .command('run')
    .summary('run all seven services, handling events as they come, until Ctrl-C')
    .description(
      'Handles what is waiting, then everything that is published, by `trading ingest` for example. Ctrl-C finishes what is\n' +
        'in hand. Several may run at once: each event is handled by one of them.',
    )
    .option('--trading-source <series>', 'at whose prices orders fill and positions are marked', 'yahoo');
  onAction<{ tradingSource: string }>(command, async (context, { tradingSource }) => {
    const connection = await requireConnection(context);
    const { output, signal } = context;
    await using system = openTradingSystem({
      connection,
      tradingSource,
      onWarning: output.say,
      useStreams: true,
    });
    system.start();
    output.say(
      `Running on ${connection.redisUrl === undefined ? 'PostgreSQL alone' : 'PostgreSQL and Redis streams'}. Ctrl-C stops.`,
    );
    if (!signal.aborted) await once(signal, 'abort');
    return undefined;
  });
}
