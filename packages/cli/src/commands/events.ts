import { describeEvents } from '@trading/model';
import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import { textTable } from '../output';

/** `trading events`: the catalogue. */
export function registerEvents(program: Command): void {
  const command = program
    .command('events')
    .summary('list the event types, their versions, publishers and fields')
    .description('The catalogue of events; docs/events.md holds the same.');
  onAction(withJson(command), async ({ output }) => {
    const events = describeEvents();
    output.result({ events }, () =>
      textTable(
        ['type', 'version', 'publisher', 'fields'],
        events.map(({ type, version, publishers, fields }) => [
          type,
          String(version),
          publishers.join(', '),
          fields.map(({ name }) => name).join(', '),
        ]),
      ),
    );
    return undefined;
  });
}
