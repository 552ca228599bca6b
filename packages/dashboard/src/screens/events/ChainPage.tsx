import { Card } from '../../components/Card';
import { Nothing, Shown } from '../../components/states';
import { Tag } from '../../components/Tag';
import type { ChainEvent } from '../../data/answers';
import { chainOf, type Link } from '../../data/chain';
import { useAnswer } from '../../data/query';
import { time } from '../../format/time';
import { gistOf } from './gist';

interface Chain {
  readonly correlationId: string;
  readonly events: readonly ChainEvent[];
}

/** Everything that came of one bar, or of one command, as a tree of what caused what. */
export function ChainPage({ correlationId }: { readonly correlationId: string }) {
  const answer = useAnswer<Chain>(`/v1/chains/${encodeURIComponent(correlationId)}`, {}, ['*']);
  return (
    <div class="stack">
      <p>
        <a href="#/events">← Events</a>
      </p>
      <Card title="From the first event to the last" padded foot={<code>{correlationId}</code>}>
        <Shown answer={answer} lines={8}>
          {({ events }) =>
            events.length === 0 ? (
              <Nothing title="The log has no event of this chain">
                Lines of the log are kept for a while; older ones are gone.
              </Nothing>
            ) : (
              <div class="tree">
                <Links links={chainOf(events)} />
              </div>
            )
          }
        </Shown>
      </Card>
    </div>
  );
}

function Links({ links }: { readonly links: readonly Link<ChainEvent>[] }) {
  return (
    <ul>
      {links.map(({ event, caused }) => (
        <li key={event.eventId}>
          <div>
            <Tag of={event.eventType ?? 'log'} />
            <span>
              {typeof event.data === 'object' && event.data !== null
                ? gistOf(event.eventType ?? '', event.data as Record<string, unknown>)
                : event.message}
            </span>
            <span class="muted number">
              {event.service.replaceAll('_', ' ')}, {time(event.timestamp)}
            </span>
            <details>
              <summary class="muted">data</summary>
              <pre class="data">{JSON.stringify(event.data, null, 2)}</pre>
            </details>
          </div>
          {caused.length === 0 ? null : <Links links={caused} />}
        </li>
      ))}
    </ul>
  );
}
