import type { Sql } from '@trading/database';
import { TradingError } from '@trading/model';
import { type DeadLetter, type DeadLetterFilter, readDeadLetters } from '../sql/readDeadLetters';

const REQUEST = `
  UPDATE event_bus.dead_letters SET retry_requested_at = now()
  WHERE ($1::text IS NULL OR consumer_group = $1) AND ($2::bigint[] IS NULL OR id = ANY($2)) AND resolved_at IS NULL
  RETURNING id::text`;

const DROP = `
  DELETE FROM event_bus.dead_letters
  WHERE ($1::text IS NULL OR consumer_group = $1) AND ($2::bigint[] IS NULL OR id = ANY($2))
  RETURNING id::text`;

/** Which dead letters are to be retried or dropped: those of a group, or some by id; one of the two at least. */
export interface DeadLetterSelection {
  readonly group?: string;
  readonly ids?: readonly string[];
}

/** Dead letters, the newest first; those that were handled after all only if asked for. */
export function listDeadLetters(sql: Sql, filter: DeadLetterFilter = {}): Promise<DeadLetter[]> {
  return readDeadLetters(sql, filter);
}

/**
 * One dead letter whole, with its event and its error's stack.
 *
 * @throws TradingError `EVENTS.NO_SUCH_DEAD_LETTER`
 */
export async function showDeadLetter(sql: Sql, id: string): Promise<DeadLetter> {
  const [letter] = /^\d{1,18}$/.test(id) ? await readDeadLetters(sql, { id, resolved: true }) : [];
  if (letter === undefined) {
    throw new TradingError('EVENTS.NO_SUCH_DEAD_LETTER', `There is no dead letter ${id}`, {
      details: { id },
    });
  }
  return letter;
}

/**
 * Asks the groups to handle dead letters again. A consumer of the group does so within seconds, out of order; one that
 * fails again stays a dead letter.
 *
 * @returns the ids that will be tried
 */
export function retryDeadLetters(sql: Sql, selection: DeadLetterSelection): Promise<string[]> {
  return change(sql, REQUEST, selection);
}

/** Forgets dead letters. @returns the ids that were dropped */
export function dropDeadLetters(sql: Sql, selection: DeadLetterSelection): Promise<string[]> {
  return change(sql, DROP, selection);
}

async function change(sql: Sql, statement: string, { group, ids }: DeadLetterSelection): Promise<string[]> {
  if (group === undefined && ids === undefined) {
    throw new TradingError(
      'EVENTS.NOTHING_SELECTED',
      'Say which dead letters: of which group, or by which ids',
      {
        kind: 'bug',
      },
    );
  }
  const rows = await sql.query<{ id: string }>(statement, [group ?? null, ids ?? null]);
  return rows.map((row) => row.id);
}
