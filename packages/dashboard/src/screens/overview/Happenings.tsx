import { Card } from '../../components/Card';
import { Nothing, Shown } from '../../components/states';
import type { EventLine, Page } from '../../data/answers';
import { useAnswer } from '../../data/query';
import { time } from '../../format/time';
import { hrefOf } from '../../navigation/place';

/** What a person wants to hear of; marks of positions and figures come many times a day. */
const TOLD = ['trade_executed', 'risk_event_raised', 'signal_generated', 'alert_sent'] as const;
const SHOWN = 9;

/** What happened lately. */
export function Happenings() {
  const answers = TOLD.map((eventType) =>
    useAnswer<Page<EventLine>>('/v1/events/lines', { eventType, limit: SHOWN }, [eventType]),
  );
  const known = answers.every(({ data }) => data !== undefined);
  const lines = answers
    .flatMap(({ data }) => data?.data ?? [])
    .sort((a, b) => (a.timestamp < b.timestamp ? 1 : -1))
    .slice(0, SHOWN);
  return (
    <Card title="What happened lately" aside={<a href="#/events">All events</a>}>
      <Shown
        answer={{
          data: known ? lines : undefined,
          error: answers.find(({ error }) => error !== undefined)?.error,
          reload: () => {
            for (const { reload } of answers) reload();
          },
        }}
        lines={8}
      >
        {(shown) =>
          shown.length === 0 ? (
            <Nothing title="Nothing yet">
              Signals, fills, risk events and alerts stand here as they happen.
            </Nothing>
          ) : (
            <ul class="happenings">
              {shown.map((line) => (
                <li key={line.eventId}>
                  <span class={`dot ${toneOf(line)}`} aria-hidden="true" />
                  <span class="what">
                    {line.correlationId === null ? (
                      line.message
                    ) : (
                      <a href={hrefOf(['events', line.correlationId])}>{line.message}</a>
                    )}
                    <span class="sub number">{time(line.timestamp).slice(0, 16)}</span>
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </Card>
  );
}

function toneOf({ eventType, level }: EventLine): string {
  if (level === 'error' || level === 'critical' || level === 'CRITICAL' || level === 'ERROR') return 'bad';
  if (eventType === 'risk_event_raised') return 'care';
  return eventType === 'trade_executed' ? 'good' : 'plain';
}
