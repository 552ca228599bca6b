import { poolSql } from '@trading/database';
import { type EventRecord, tailEvents } from '@trading/event-bus';
import { EVENT_TYPES } from '@trading/model';
import { type Command, Option } from 'commander';
import { onAction } from '../../command';
import { style } from '../../terminal';
import { openServicePool } from '../openServicePool';
import { wholeNumber } from '../wholeNumber';

interface TailOptions {
  count: number;
  follow?: boolean;
  type?: string[];
  json?: boolean;
}

/** How much of an event's data fits a line for people. */
const SHOWN_CHARACTERS = 240;

/** `trading bus tail`: the last events, and those that come. */
export function registerTail(bus: Command): void {
  const command = bus
    .command('tail')
    .summary('the last events of the log, and with --follow those that come')
    .description('Reads the log itself and leaves no trace in it. Ctrl-C ends --follow.')
    .option('--count <n>', 'how many of the last ones', wholeNumber(0), 10)
    .option('--follow', 'go on with what is published from then on')
    .addOption(new Option('--type <types...>', 'these types only').choices(EVENT_TYPES))
    .option('--json', 'print one JSON object a line on stdout, the whole event, and nothing else there');
  onAction<TailOptions>(command, async (context, { count, follow, type }) => {
    await using pool = await openServicePool(context, 'event_bus');
    const ended = AbortSignal.any([context.signal, readerGone()]);
    const events = tailEvents(poolSql(pool), {
      count,
      ...(type === undefined ? {} : { types: type }),
      ...(follow === true ? { follow: ended } : {}),
    });
    for await (const event of events) {
      if (ended.aborted) break;
      context.output.line(event, () => eventLine(event));
    }
    return undefined;
  });
}

/** Aborted when whoever reads stdout has gone, as `head` does once it has enough. */
function readerGone(): AbortSignal {
  const gone = new AbortController();
  process.stdout.on('error', () => gone.abort());
  return gone.signal;
}

function eventLine({ type, service, key, occurredAt, data }: EventRecord): string {
  const text = JSON.stringify(data);
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return `${style.dim(occurredAt)} ${style.bold(type)} ${service} ${key} ${shown}`;
}
