import { useSignal } from '@preact/signals';
import { Card } from '../../components/Card';
import { Moment } from '../../components/Moment';
import { More } from '../../components/More';
import { Segments } from '../../components/Segments';
import { Nothing, Shown } from '../../components/states';
import { Table } from '../../components/Table';
import { Tag } from '../../components/Tag';
import type { BusStatus, EventLine, LiveEvent } from '../../data/answers';
import { EVENT_TYPES } from '../../data/eventTypes';
import { usePages } from '../../data/pages';
import { useAnswer } from '../../data/query';
import { lately } from '../../data/stream';
import { count } from '../../format/decimal';
import { hrefOf } from '../../navigation/place';
import { place, setQuery } from '../../navigation/route';
import { ChainPage } from './ChainPage';
import { DeadLetters } from './DeadLetters';
import { gistOf } from './gist';

/** The event bus: what comes as it comes, who is how far behind, what could not be handled. */
export function EventsScreen({ correlationId }: { readonly correlationId: string | undefined }) {
  return correlationId === undefined ? <Bus /> : <ChainPage correlationId={correlationId} />;
}

function Bus() {
  return (
    <div class="stack">
      <Groups />
      <Tail />
      <DeadLetters />
    </div>
  );
}

function Groups() {
  const answer = useAnswer<BusStatus>('/v1/bus', {}, ['*']);
  return (
    <Card
      title="Consumer groups"
      aside={
        <span class="muted">
          {answer.data === undefined
            ? ''
            : `${count(answer.data.publishedLastMinute)} events in the last minute`}
        </span>
      }
    >
      <Shown answer={answer}>
        {({ groups, relay }) =>
          groups.length === 0 ? (
            <Nothing title="No group has run yet">
              <code>npx trading run</code> starts all services.
            </Nothing>
          ) : (
            <Table
              label="Consumer groups"
              rows={relay === null ? groups : [...groups, { ...relay, group: 'relay (to Redis)' }]}
              idOf={({ group }) => group}
              columns={[
                { title: 'Group', cell: ({ group }) => group },
                {
                  title: 'Behind',
                  cell: ({ eventsBehind, secondsBehind }) => (
                    <>
                      {count(eventsBehind)}
                      {eventsBehind === 0 ? null : <span class="sub">{Math.round(secondsBehind)} s</span>}
                    </>
                  ),
                  number: true,
                },
                { title: 'Parked', cell: ({ eventsParked }) => count(eventsParked), number: true },
                {
                  title: 'Dead',
                  cell: ({ deadLetters }) => (
                    <span class={deadLetters > 0 ? 'loss' : ''}>{count(deadLetters)}</span>
                  ),
                  number: true,
                },
                {
                  title: 'Moved (UTC)',
                  cell: ({ movedAt }) => <Moment of={movedAt} />,
                  wide: true,
                },
                { title: 'Checkpoint', cell: ({ checkpoint }) => <code>{checkpoint}</code>, wide: true },
              ]}
            />
          )
        }
      </Shown>
    </Card>
  );
}

/** What happened, youngest first: the log's lines, with what came over the stream since on top. */
function Tail() {
  const paused = useSignal<readonly LiveEvent[] | undefined>(undefined);
  const type = place.value.query.type ?? '';
  const live = (paused.value ?? lately.value).filter((event) => type === '' || event.type === type);
  const pages = usePages<EventLine>(
    '/v1/events/lines',
    { eventType: type, limit: 25 },
    [],
    ({ eventId }) => eventId,
  );
  const heard = new Set(live.map(({ id }) => id));
  const rows = [
    ...live.map((event) => ({
      eventId: event.id,
      eventType: event.type,
      service: event.service,
      timestamp: event.timestamp,
      message: gistOf(event.type, event.data),
      correlationId: event.correlationId as string | null,
    })),
    ...(pages.items ?? []).filter(({ eventId }) => !heard.has(eventId)),
  ];
  return (
    <Card
      title="Events"
      aside={
        <>
          <select
            aria-label="Type of events"
            style={{ width: 'auto' }}
            value={type}
            onChange={(event) => setQuery({ type: event.currentTarget.value })}
          >
            <option value="">all types</option>
            {EVENT_TYPES.map((each) => (
              <option key={each} value={each}>
                {each.replaceAll('_', ' ')}
              </option>
            ))}
          </select>
          <Segments
            label="Whether new events move in"
            choices={[
              ['live', 'Live'],
              ['paused', 'Paused'],
            ]}
            chosen={paused.value === undefined ? 'live' : 'paused'}
            choose={(chosen) => {
              paused.value = chosen === 'paused' ? lately.value : undefined;
            }}
          />
        </>
      }
    >
      <Shown
        answer={{
          data: pages.items === undefined ? undefined : rows,
          error: pages.error,
          reload: pages.reload,
        }}
        lines={10}
      >
        {(events) =>
          events.length === 0 ? (
            <Nothing title="No event yet">They stand here as they happen.</Nothing>
          ) : (
            <Table
              label="Events"
              rows={events}
              idOf={({ eventId }) => eventId}
              columns={[
                {
                  title: 'Happened (UTC)',
                  cell: ({ timestamp }) => <Moment of={timestamp} />,
                },
                { title: 'Type', cell: ({ eventType }) => <Tag of={eventType ?? 'log'} />, wide: true },
                {
                  title: 'What',
                  cell: ({ message, correlationId }) =>
                    correlationId === null ? (
                      message
                    ) : (
                      <a class="calm" href={hrefOf(['events', correlationId])}>
                        {message}
                      </a>
                    ),
                },
                { title: 'By', cell: ({ service }) => service.replaceAll('_', ' '), wide: true },
              ]}
            />
          )
        }
      </Shown>
      <More pages={pages} />
    </Card>
  );
}
