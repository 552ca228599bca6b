import { poolSql } from '@trading/database';
import {
  type DeadLetter,
  type DeadLetterSelection,
  dropDeadLetters,
  listDeadLetters,
  retryDeadLetters,
  showDeadLetter,
} from '@trading/event-bus';
import { TradingError } from '@trading/model';
import type { Command } from 'commander';
import { onAction, withJson } from '../../command';
import { EXIT } from '../../exitCode';
import { textTable } from '../../output';
import { openServicePool } from '../openServicePool';
import { wholeNumber } from '../wholeNumber';

/** `trading bus dead-letters`: events that a group gave up on. */
export function registerDeadLetters(bus: Command): void {
  const letters = bus.command('dead-letters').summary('events that a group gave up on, with their errors');
  registerList(letters);
  registerShow(letters);
  registerRetry(letters);
  registerDrop(letters);
}

function registerList(letters: Command): void {
  const command = letters
    .command('list')
    .summary('the newest first')
    .description('Lists dead letters, the newest first.')
    .option('--group <name>', 'of one group only')
    .option('--resolved', 'those that were handled after all too')
    .option('--limit <n>', 'how many at most', wholeNumber(1, 10_000), 100);
  onAction<{ group?: string; resolved?: boolean; limit: number }>(
    withJson(command),
    async (context, { group, resolved = false, limit }) => {
      await using pool = await openServicePool(context, 'event_bus');
      const deadLetters = await listDeadLetters(poolSql(pool), {
        resolved,
        limit,
        ...(group === undefined ? {} : { group }),
      });
      context.output.result({ deadLetters }, () => listText(deadLetters));
      return undefined;
    },
  );
}

function registerShow(letters: Command): void {
  const command = letters
    .command('show')
    .summary('one whole, with its event and stack')
    .description('Shows one dead letter whole. Exits 1 where there is none of this id.')
    .argument('<id>', 'as `list` shows it');
  onAction(withJson(command), async (context, _options, [id = '']) => {
    await using pool = await openServicePool(context, 'event_bus');
    const letter = await showDeadLetter(poolSql(pool), id);
    context.output.result(letter, () => letterText(letter));
    return undefined;
  });
}

function registerRetry(letters: Command): void {
  const command = letters
    .command('retry')
    .summary('have a group handle them again')
    .description(
      'Asks the group to handle dead letters again; a running `trading run` does so within seconds. One that fails again ' +
        'stays a dead letter. Exits 1 where one of the ids is none that waits.',
    )
    .argument('[ids...]', 'as `list` shows them')
    .option('--group <name>', 'all of this group, or the ids only if they are of it');
  onAction<{ group?: string }>(withJson(command), async (context, { group }, args) => {
    const selection = selectionOf(args, group);
    await using pool = await openServicePool(context, 'event_bus');
    const requested = await retryDeadLetters(poolSql(pool), selection);
    const absent = absentOf(args, requested);
    context.output.result({ requested, absent }, () =>
      [`${requested.length} dead letters will be handled again.`, ...absentText(absent)].join('\n'),
    );
    return absent.length > 0 ? EXIT.problem : EXIT.ok;
  });
}

function registerDrop(letters: Command): void {
  const command = letters
    .command('drop')
    .summary('forget them')
    .description(
      'Forgets dead letters; their events stay in the log as long as it reaches back. Exits 1 where one of the ids is none.',
    )
    .argument('[ids...]', 'as `list` shows them')
    .option('--group <name>', 'all of this group, or the ids only if they are of it')
    .option('--yes', 'needed to drop all of a group');
  onAction<{ group?: string; yes?: boolean }>(withJson(command), async (context, options, args) => {
    const selection = selectionOf(args, options.group);
    if (selection.ids === undefined && options.yes !== true)
      throw new TradingError(
        'CLI.NOT_CONFIRMED',
        `this would drop all dead letters of ${options.group}: add --yes to do so`,
      );
    await using pool = await openServicePool(context, 'event_bus');
    const dropped = await dropDeadLetters(poolSql(pool), selection);
    const absent = absentOf(args, dropped);
    context.output.result({ dropped, absent }, () =>
      [`${dropped.length} dead letters dropped.`, ...absentText(absent)].join('\n'),
    );
    return absent.length > 0 ? EXIT.problem : EXIT.ok;
  });
}

function selectionOf(ids: readonly string[], group: string | undefined): DeadLetterSelection {
  const wrong = ids.find((id) => !/^\d{1,18}$/.test(id));
  if (wrong !== undefined)
    throw new TradingError('CLI.INVALID_ID', `'${wrong}' is no id of a dead letter; ids are whole numbers`);
  if (ids.length === 0 && group === undefined)
    throw new TradingError('CLI.NOTHING_SELECTED', 'say which dead letters: their ids, or --group NAME');
  return { ...(ids.length === 0 ? {} : { ids }), ...(group === undefined ? {} : { group }) };
}

function absentOf(asked: readonly string[], found: readonly string[]): string[] {
  return asked.filter((id) => !found.some((other) => BigInt(other) === BigInt(id)));
}

function absentText(absent: readonly string[]): string[] {
  return absent.length === 0 ? [] : [`Not among them: ${absent.join(', ')}`];
}

function listText(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return 'There are no dead letters.';
  return textTable(
    ['id', 'group', 'event', 'key', 'failed', 'attempts', 'error', ''],
    letters.map((letter) => [
      letter.id,
      letter.group,
      letter.eventType,
      letter.event.key,
      letter.failedAt,
      String(letter.attempts),
      (letter.error.split('\n')[0] ?? '').slice(0, 80),
      stateOf(letter),
    ]),
  );
}

function stateOf({ resolvedAt, retryRequestedAt }: DeadLetter): string {
  if (resolvedAt !== null) return 'handled';
  return retryRequestedAt === null ? '' : 'to be retried';
}

function letterText(letter: DeadLetter): string {
  return [
    `${letter.id}: ${letter.eventType} ${letter.eventId} of ${letter.group}, failed ${letter.failedAt} after ${letter.attempts} attempts ${stateOf(letter)}`.trim(),
    letter.error,
    ...(letter.stack === null ? [] : [letter.stack]),
    JSON.stringify(letter.event, null, 2),
  ].join('\n\n');
}
