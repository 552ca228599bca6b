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
          ['group', 'events behind', 'parked', 'seconds behind', 'dead letters', 'checkpoint', 'moved'],
          rows,
        ),
    ...horizonText(horizon),
  ].join('\n\n');
}

function groupRow(name: string, status: GroupStatus): string[] {
  const { eventsBehind, eventsParked, secondsBehind, deadLetters, checkpoint, movedAt } = status;
  const counts = [eventsBehind, eventsParked, secondsBehind.toFixed(1), deadLetters].map(String);
  return [name, ...counts, checkpoint, movedAt];
}

function horizonText({ hiddenEvents, hiddenSeconds, checkpointsAheadOfServer, holders }: Horizon): string[] {
  const lines: string[] = [];
  if (checkpointsAheadOfServer)
    lines.push(
      'Checkpoints lie beyond what the server has reached: it was restored from an older copy. New events would be passed over.',
    );
  if (hiddenEvents === 0) return [...lines, 'No committed event is hidden.'];
  return [
    ...lines,
    `${hiddenEvents} committed events, the oldest for ${hiddenSeconds.toFixed(1)} s, are hidden by transactions that are still open:`,
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
