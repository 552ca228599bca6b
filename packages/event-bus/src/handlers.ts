import type { Transaction } from '@trading/database';
import type { EventData, EventType, TradingEvent } from '@trading/model';

/** What a handler works with: everything it does through it commits or rolls back as one, with its inbox row. */
export interface HandlerContext {
  /** The service's own connection, inside the transaction that marks the event as handled. */
  readonly tx: Transaction;
  /**
   * Publishes in the same transaction, as the consuming service, caused by the event that is being handled.
   * Events of one transaction keep the order of these calls.
   *
   * @throws TradingError `EVENTS.INVALID`, `EVENTS.WRONG_PUBLISHER`
   */
  publish<T extends EventType>(type: T, data: EventData<T>, options?: PublishOptions): TradingEvent<T>;
}

/** What a publisher may add. */
export interface PublishOptions {
  /** When it happened in the market; now, unless given. */
  readonly occurredAt?: Date;
  /** Joins it to another chain than that of the event which is being handled: a fill belongs to its order's. */
  readonly correlationId?: string;
}

/** Reacts to one event. Throwing rolls back all of its effects; it is then tried again. */
export type EventHandler<T extends EventType> = (
  event: TradingEvent<T>,
  context: HandlerContext,
) => Promise<void>;

/** The event types that a service listens to, with what it does about each. */
export type EventHandlers = { readonly [T in EventType]?: EventHandler<T> };

/** What a handler of several events works with. */
export interface BatchContext {
  readonly tx: Transaction;
  /** As `HandlerContext.publish`, with the event that led to it, because there are several. */
  publish<T extends EventType>(
    cause: TradingEvent,
    type: T,
    data: EventData<T>,
    options?: PublishOptions,
  ): TradingEvent<T>;
}

/** What a batch handler may say: that it has sent no statement but reads, so that there is nothing to commit. */
export type HandlerOutcome = 'unchanged' | undefined;

/**
 * Reacts to events of one type that follow one another, at least one, in order: for effects that one statement can write
 * for all of them. Throwing rolls back all of their effects; they are then tried again in smaller runs.
 */
export type BatchHandler<T extends EventType> = (
  events: readonly TradingEvent<T>[],
  context: BatchContext,
) => Promise<void> | Promise<HandlerOutcome>;

/** The event types that a service takes several at a time; types that share one function come to it together, in order. */
export type BatchHandlers = { readonly [T in EventType]?: BatchHandler<T> };

/**
 * Lets events of several types come as one batch, of which each handler gets those of its type, in order. For types whose
 * effects don't depend on one another: otherwise a batch would end wherever the type changes.
 */
export function byType<Handlers extends BatchHandlers>(handlers: Handlers): Handlers {
  const types = Object.keys(handlers) as (keyof Handlers & EventType)[];
  const handle = async (events: readonly TradingEvent[], context: BatchContext) => {
    let outcome: HandlerOutcome = 'unchanged';
    for (const type of types) {
      const own = events.filter((event) => event.type === type);
      // These are the events that the handler is for; TypeScript can't follow that through the union.
      const handler = handlers[type] as BatchHandler<EventType> | undefined;
      if (own.length > 0 && (await handler?.(own, context)) !== 'unchanged') outcome = undefined;
    }
    return outcome;
  };
  return Object.fromEntries(types.map((type) => [type, handle])) as Handlers;
}
