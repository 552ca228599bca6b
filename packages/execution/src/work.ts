import { randomUUID } from 'node:crypto';
import { inTransaction, type ServicePool, type Transaction } from '@trading/database';
import {
  createPublisher,
  type HandlerContext,
  type PublishOptions,
  type PublishRequest,
} from '@trading/event-bus';
import type { Cause, EventData, EventType, TradingEvent } from '@trading/model';
import { againAfterDeadlock } from './againAfterDeadlock';

/** One transaction's worth of work: what it does and publishes commits as one, and knows what caused it. */
export interface Work {
  readonly tx: Transaction;
  /** Publishes in the same transaction; events keep the order of these calls. */
  publish<T extends EventType>(type: T, data: EventData<T>, options?: PublishOptions): void;
  readonly cause: Cause;
}

/**
 * Tries some work that may be undone without undoing the rest: with `keep` false its effects are rolled back and what it
 * published is forgotten.
 */
export async function inSavepoint<T>(
  work: Work,
  attempt: (work: Work) => Promise<{ keep: boolean; value: T }>,
): Promise<T> {
  const held: (() => void)[] = [];
  await work.tx.query('SAVEPOINT attempt');
  const { keep, value } = await attempt({
    ...work,
    publish: (type, data, options) => void held.push(() => work.publish(type, data, options)),
  });
  await work.tx.query(keep ? 'RELEASE SAVEPOINT attempt' : 'ROLLBACK TO SAVEPOINT attempt');
  if (keep) for (const publish of held) publish();
  return value;
}

/** The work of handling an event. */
export function workOf(event: TradingEvent, context: HandlerContext): Work {
  return {
    tx: context.tx,
    publish: (type, data, options) => {
      context.publish(type, data, options);
    },
    cause: { correlationId: event.correlationId, causationId: event.id },
  };
}

/**
 * Does the work of a command in a transaction of its own; what it publishes is appended before the commit. After a deadlock
 * it is done again from its start, so it has no effects but those of its transaction.
 *
 * @param correlationId  joins it to a chain; a new one unless given
 */
export async function inWork<T>(
  pool: ServicePool,
  work: (work: Work) => Promise<T>,
  correlationId: string = randomUUID(),
): Promise<T> {
  const publisher = createPublisher({ service: 'execution' });
  return againAfterDeadlock(() =>
    inTransaction(pool, async (tx) => {
      const requests: PublishRequest[] = [];
      const result = await work({
        tx,
        cause: { correlationId, causationId: null },
        // `type` and `data` belong together by the signature; TypeScript can't see it through the union.
        publish: (type, data, options) =>
          void requests.push({ type, data, correlationId, ...options } as PublishRequest),
      });
      if (requests.length > 0) await publisher.publishAll(tx, requests);
      return result;
    }),
  );
}
