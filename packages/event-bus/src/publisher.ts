import type { ServiceName, Sql } from '@trading/database';
import { createEvent, type EventData, type EventType, type TradingEvent } from '@trading/model';
import { appendEvents } from './sql/appendEvents';

/** What an event follows. */
export interface PublishOrigin {
  /** The event that led to this one: its correlation id is carried on. */
  readonly cause?: Pick<TradingEvent, 'id' | 'correlationId'>;
  /** Joins the event to another chain than its cause's, e.g. a command's. */
  readonly correlationId?: string;
  /** When it happened in the market; now, unless given. */
  readonly occurredAt?: Date;
}

/** One of several events that are published together. */
export type PublishRequest = {
  [T in EventType]: PublishOrigin & { readonly type: T; readonly data: EventData<T> };
}[EventType];

/** Appends events to the log inside the caller's transaction: they exist if, and only if, that transaction commits. */
export interface Publisher {
  /**
   * Publishes one event. `inTransaction` sends it together with its COMMIT, so it costs no round trip.
   *
   * @param sql  the transaction that the event tells of: `inTransaction`'s, or `prismaSql` of Prisma's
   * @throws TradingError `EVENTS.INVALID`, `EVENTS.WRONG_PUBLISHER`, `DATABASE.*`
   */
  publish<T extends EventType>(
    sql: Sql,
    type: T,
    data: EventData<T>,
    origin?: PublishOrigin,
  ): Promise<TradingEvent<T>>;
  /**
   * Publishes several events in their order with one statement.
   *
   * @throws TradingError `EVENTS.INVALID`, `EVENTS.WRONG_PUBLISHER`, `DATABASE.*`; then none was published
   */
  publishAll(sql: Sql, requests: readonly PublishRequest[]): Promise<TradingEvent[]>;
}

/** How a publisher is made. */
export interface PublisherOptions {
  /** In whose name it publishes; the database holds its role to it. */
  readonly service: ServiceName;
  /**
   * Called after each call, before the caller commits, to wake consumers soon after: `wakeUp.signal`. Never done
   * inside the transaction, because NOTIFY there makes commits queue behind one another.
   */
  readonly onPublished?: () => void;
  /** Joins all that it publishes to one chain, whatever chain an event would be of: that of a job's run. */
  readonly correlationId?: string | undefined;
}

/** Makes a service's publisher. It holds no connection. */
export function createPublisher({ service, onPublished, correlationId }: PublisherOptions): Publisher {
  const originOf = (origin: PublishOrigin) => ({
    service,
    ...origin,
    ...(correlationId === undefined ? {} : { correlationId }),
  });
  return {
    async publish(sql, type, data, origin = {}) {
      const event = createEvent(type, data, originOf(origin));
      await appendEvents(sql, [event]);
      onPublished?.();
      return event;
    },
    async publishAll(sql, requests) {
      const events = requests.map(({ type, data, ...origin }) => createEvent(type, data, originOf(origin)));
      await appendEvents(sql, events);
      onPublished?.();
      return events;
    },
  };
}
