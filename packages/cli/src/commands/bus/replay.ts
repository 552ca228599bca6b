import { replayEvents } from '@trading/event-bus';
import { TradingError } from '@trading/model';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { onAction, withJson } from '../../command';
import { utcDayStart } from '../moment';
import { openServicePool } from '../openServicePool';

interface ReplayOptions {
  since?: Date;
  fromEvent?: string;
}

/** `trading bus replay`: events once more, to one group. */
export function registerReplay(bus: Command): void {
  const command = bus
    .command('replay')
    .summary('deliver events again to one group, from a time or an event on')
    .description(
      'Sends the group back and lets it forget that it handled what comes from there on, so that it has its effect ' +
        "again. What the first time wrote into the group's own tables stays. Other groups notice nothing. A running " +
        '`trading run` goes on from there; otherwise the next one does.',
    )
    .argument('<group>', 'the service that reads them again, e.g. analytics')
    .addOption(
      new Option('--since <time>', 'events published from then on; a date is midnight UTC')
        .argParser(utcDayStart)
        .conflicts('fromEvent'),
    )
    .addOption(new Option('--from-event <id>', 'this event and all after it').argParser(eventId));
  onAction<ReplayOptions>(withJson(command), async (context, options, [group = '']) => {
    const from = startOf(options);
    await using pool = await openServicePool(context, 'event_bus');
    const replay = await replayEvents(pool, { group, from });
    context.output.result(replay, () => `${replay.group} gets ${replay.events} events again.`);
    return undefined;
  });
}

function startOf({ since, fromEvent }: ReplayOptions) {
  if (since !== undefined) return { time: since };
  if (fromEvent !== undefined) return { eventId: fromEvent };
  throw new TradingError('CLI.NO_START', 'say from where: --since TIME or --from-event ID');
}

function eventId(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text;
  throw new InvalidArgumentError('It must be the UUID of an event; `trading bus tail --json` shows them.');
}
