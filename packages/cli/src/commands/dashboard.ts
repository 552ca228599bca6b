import { once } from 'node:events';
import { openTradingSystem } from '@trading/system';
import type { Command } from 'commander';
import { onAction } from '../command';
import { requireConnection } from '../context';
import { remoteAccountOf } from '../remoteAccountOf';
import { type ServeFlags, serveFlags, serveOptionsOf } from '../serve/serveFlags';
import { serveSystem } from '../serve/serveSystem';

/** `trading dashboard`: API and dashboard alone. */
export function registerDashboard(program: Command): void {
  const command = program
    .command('dashboard')
    .summary('serve the HTTP API and the dashboard, without handling events')
    .description(
      'For looking on, or beside a `trading run` of another process. Prints the address, and a login link that is good for one\n' +
        'login within 60 s on this machine. Ctrl-C stops.',
    );
  serveFlags(command);
  onAction<ServeFlags>(command, async (context, flags) => {
    const connection = await requireConnection(context);
    const { output, signal, environment } = context;
    const options = await serveOptionsOf(flags);
    const { strategies, channels } = await context.installation();
    await using system = await openTradingSystem({
      connection,
      strategies,
      channels,
      remote: remoteAccountOf(environment, output.say),
      onWarning: output.say,
      announces: false,
    });
    await using _server = await serveSystem(context, system, connection, options);
    if (!signal.aborted) await once(signal, 'abort');
    return undefined;
  });
}
