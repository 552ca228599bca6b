import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import { stopPrefect } from './prefect/startPrefect';

/** `trading down`: stops what `up` started. */
export function registerDown(program: Command): void {
  const command = program
    .command('down')
    .summary('stop the servers that `up` started; nothing is lost')
    .description(
      'Stops the servers that `trading up` started. Their data stays. Servers of your own are left running.',
    );
  onAction(
    withJson(command),
    async (context) => {
      const { runtime, output } = context;
      // Before the database under it goes; where it can't be told of, the others are stopped all the same.
      const [prefect] = await Promise.allSettled([stopPrefect(context)]);
      const { leftRunning, ...servers } = await runtime.down();
      if (prefect.status === 'rejected') throw prefect.reason;
      const result = { stopped: [...(prefect.value ? ['prefect'] : []), ...servers.stopped], leftRunning };
      output.result(result, () =>
        [
          result.stopped.length === 0 ? 'Nothing was running.' : `Stopped ${result.stopped.join(' and ')}.`,
          ...(result.leftRunning.length === 0
            ? []
            : [`Left running, as not ours: ${result.leftRunning.join(', ')}.`]),
        ].join('\n'),
      );
      return undefined;
    },
    { needsConfig: false },
  );
}
