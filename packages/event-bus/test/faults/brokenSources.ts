import { poolSql, type ServicePool } from '@trading/database';
import type { EventSource, SourceOptions } from '../../src';
import { type LogPosition, positionOf } from '../../src/logPosition';
import type { RecordedEvent } from '../../src/recordedEvent';
import { GroupSource } from '../../src/source/groupSource';

/**
 * Readers as they are often written, kept so that the harness proves that it can tell: one goes by the number alone, below
 * no horizon; one acknowledges in a transaction of its own before the effect.
 */
export function brokenSource(kind: 'id beyond cursor' | 'acknowledges first', pool: ServicePool) {
  return (options: SourceOptions): EventSource =>
    kind === 'id beyond cursor' ? new IdCursorSource(options) : new AcknowledgingSource(options, pool);
}

interface Row {
  xid: string;
  id: string;
  record: RecordedEvent['record'];
}

const BY_ID = `
  SELECT xid, id, json_build_object('id', event_id, 'type', event_type, 'version', version, 'service', service,
    'key', key, 'correlationId', correlation_id, 'causationId', causation_id, 'occurredAt', occurred_at, 'data', data) AS record
  FROM event_bus.outbox WHERE id > $1 AND event_type = ANY($2) ORDER BY id LIMIT $3`;

/** Right in all but its reading: effect, inbox row and cursor share a transaction. */
class IdCursorSource extends GroupSource {
  readonly #options: SourceOptions;

  constructor(options: SourceOptions) {
    super(options);
    this.#options = options;
  }

  override async checkpoint(): Promise<LogPosition> {
    const [row] = await this.#options.sql.query<{ xid: string; id: string }>(
      'SELECT last_xid::text AS xid, last_id::text AS id FROM event_bus.consumer_groups WHERE consumer_group = $1',
      [this.#options.group],
    );
    return row === undefined ? super.checkpoint() : positionOf(row);
  }

  override async next(limit: number) {
    await super.checkpoint();
    const { id } = await this.checkpoint();
    const rows = await this.#options.sql.query<Row & Record<string, unknown>>(BY_ID, [
      id,
      this.#options.types,
      limit,
    ]);
    return { events: rows.map((row) => ({ position: positionOf(row), record: row.record })), more: false };
  }
}

/** Reads rightly, but moves the group on before anything is handled. */
class AcknowledgingSource extends GroupSource {
  readonly #pool: ServicePool;

  constructor(options: SourceOptions, pool: ServicePool) {
    super(options);
    this.#pool = pool;
  }

  override async claim(_tx: unknown, run: readonly RecordedEvent[], handled: readonly RecordedEvent[]) {
    const client = await this.#pool.connect();
    try {
      return await super.claim({ client, query: poolSql(this.#pool).query }, run, handled);
    } finally {
      client.release();
    }
  }
}
