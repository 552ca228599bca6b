import type { TradingEvent } from '@trading/model';

/** Made in each database that a contender writes to. An effect that happens twice breaks the key. */
export const CREATE_EFFECTS = `
  CREATE SCHEMA IF NOT EXISTS bus_bench;
  CREATE TABLE IF NOT EXISTS bus_bench.effects (
    consumer_group text NOT NULL, event_id uuid NOT NULL, key text NOT NULL, PRIMARY KEY (event_id, consumer_group));
  GRANT USAGE ON SCHEMA bus_bench TO PUBLIC;
  GRANT ALL ON bus_bench.effects TO PUBLIC;`;

const WRITE_ONE = 'INSERT INTO bus_bench.effects (consumer_group, event_id, key) VALUES ($1, $2, $3)';

const WRITE_MANY = `
  INSERT INTO bus_bench.effects (consumer_group, event_id, key)
  SELECT $1, e.id, e.key FROM unnest($2::uuid[], $3::text[]) AS e(id, key)`;

/** Of queues that deliver at least once: their effect happens once because a second one is refused. */
const UNLESS_THERE = ' ON CONFLICT DO NOTHING';

/** A statement for `pg`: one row for one event. */
export function oneEffect({ id, key }: Pick<TradingEvent, 'id' | 'key'>) {
  return { name: 'effect', text: WRITE_ONE + UNLESS_THERE, values: ['bench', id, key] };
}

/** The text and values of a statement that writes one row for each of several events. */
export function manyEffects(
  group: string,
  events: readonly Pick<TradingEvent, 'id' | 'key'>[],
  delivery: 'exactly once' | 'at least once',
) {
  return {
    text: delivery === 'exactly once' ? WRITE_MANY : WRITE_MANY + UNLESS_THERE,
    values: [group, events.map((event) => event.id), events.map((event) => event.key)],
  };
}
