import type { Transaction } from '@trading/database';
import { createEvent, type TradingEvent } from '@trading/model';
import type { EventHandlers, HandlerContext } from '../handlers';
import { type RecordedEvent, readRecord } from '../recordedEvent';
import { type AppendableEvent, appendEvents } from '../sql/appendEvents';

/** A handler's failure, with which event of the run it was about. */
export class HandlingFailure extends Error {
  readonly index: number;
  override readonly cause: Error;
  /** Trying again can't help: the event itself is not readable. */
  readonly unreadable: boolean;

  constructor(index: number, cause: unknown, unreadable: boolean) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    super(error.message);
    this.index = index;
    this.cause = error;
    this.unreadable = unreadable;
  }
}

/** What running the handlers of some events needs. */
export interface RunHandlersOptions {
  readonly handlers: EventHandlers;
  /** In whose name handlers publish. */
  readonly service: string;
  readonly tx: Transaction;
  /** Bounds one handler's time. */
  readonly limit: <R>(handler: Promise<R>, what: string) => Promise<R>;
}

/**
 * Calls the handler of each event, in order, and appends what they published with one statement.
 *
 * @returns how many events were published
 * @throws HandlingFailure
 */
export async function runHandlers(
  events: readonly RecordedEvent[],
  { handlers, service, tx, limit }: RunHandlersOptions,
): Promise<number> {
  const published: AppendableEvent[] = [];
  for (const [index, { record }] of events.entries()) {
    let event: TradingEvent;
    try {
      event = readRecord(record);
    } catch (error) {
      throw new HandlingFailure(index, error, true);
    }
    const context: HandlerContext = {
      tx,
      publish(type, data, options = {}) {
        const made = createEvent(type, data, { service, cause: event, ...options });
        published.push(made);
        return made;
      },
    };
    try {
      await limit(callHandler(handlers, event, context), `The handler of ${event.type} ${event.id}`);
    } catch (error) {
      throw new HandlingFailure(index, error, false);
    }
  }
  await appendEvents(tx, published);
  return published.length;
}

/** The catalogue ties a type to its data and its handler; TypeScript can't follow that through a union of all of them. */
async function callHandler(
  handlers: EventHandlers,
  event: TradingEvent,
  context: HandlerContext,
): Promise<void> {
  const handler = handlers[event.type] as
    | ((event: TradingEvent, context: HandlerContext) => Promise<void>)
    | undefined;
  await handler?.(event, context);
}
