import type { BusLag, GroupStatus, Horizon } from '@trading/event-bus';
import { textTable } from '../../output';

/** Who is how far behind and why, for people. */
export function lagText({ groups, relay, horizon }: BusLag): string {
  const rows = [
    ...groups.map((group) => groupRow(group.group, group)),
    ...(relay === undefined ? [] : [groupRow('(relay to Redis)', relay)]),
  ];
  return [
    rows.length === 0
      ? 'No group has read anything yet.'
      : textTable(
          ['group', 'events behind', 'held', 'seconds behind', 'dead letters', 'place', 'moved'],
          rows,
        ),
    ...horizonText(horizon),
  ].join('\n\n');
}

function groupRow(name: string, status: GroupStatus): string[] {
  const { eventsBehind, eventsHeld, secondsBehind, deadLetters, place, movedAt } = status;
  const counts = [eventsBehind, eventsHeld, secondsBehind.toFixed(1), deadLetters].map(String);
  return [name, ...counts, place, movedAt];
}

function horizonText({ hiddenEvents, hiddenSeconds, placesAheadOfServer, holders }: Horizon): string[] {
  const lines: string[] = [];
  if (placesAheadOfServer)
    lines.push(
      'Places lie beyond what the server has reached: it was restored from an older copy. New events would be passed over.',
    );
  if (hiddenEvents === 0) return [...lines, 'No committed event is held back.'];
  return [
    ...lines,
    `${hiddenEvents} committed events, the oldest for ${hiddenSeconds.toFixed(1)} s, are held back by transactions that are still open:`,
    textTable(
      ['pid', 'database', 'role', 'application', 'state', 'seconds', 'statement'],
      holders.map(({ pid, database, role, application, state, seconds, statement }) => [
        pid === null ? '' : String(pid),
        database ?? '',
        role ?? '',
        application ?? '',
        state ?? '',
        seconds?.toFixed(1) ?? '',
        statement?.replaceAll(/\s+/g, ' ').slice(0, 60) ?? '',
      ]),
    ),
  ];
}
