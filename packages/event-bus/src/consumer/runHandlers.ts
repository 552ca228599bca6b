import type { Transaction } from '@trading/database';
import { createEvent, type TradingEvent } from '@trading/model';
import type { BatchContext, BatchHandlers, EventHandlers, HandlerOutcome, PublishOptions } from '../handlers';
import { type RecordedEvent, readRecord } from '../recordedEvent';
import type { AppendableEvent } from '../sql/appendEvents';
import type { Upcasters } from '../upcasters';
import { HandlingFailure } from './handlingFailure';
import { withinTime } from './timeLimit';

/** What running the handlers of some events needs. */
export interface RunHandlersOptions {
  readonly handlers: EventHandlers;
  readonly batchHandlers: BatchHandlers;
  readonly upcasters: Upcasters;
  /** In whose name handlers publish. */
  readonly service: string;
  /** Keys that are handled side by side. */
  readonly concurrency: number;
  /** Bounds one handler's time. */
  readonly timeoutMs: number;
}

/** What handlers of a run of events left. */
export interface HandledRun {
  /** What they published, in the order of the events. */
  readonly published: AppendableEvent[];
  /** Whether each of them said that it had changed nothing. */
  readonly unchanged: boolean;
}

/** Events for one batch handler, or one event: what one call handles. */
interface Call {
  /** Of the first event, in the run. */
  readonly index: number;
  readonly events: [TradingEvent, ...TradingEvent[]];
  readonly batch: boolean;
}

/**
 * Calls the handlers of a run of events: in order, or in order within a key and side by side across keys.
 *
 * @throws HandlingFailure
 */
export async function runHandlers(
  run: readonly RecordedEvent[],
  tx: Transaction,
  options: RunHandlersOptions,
): Promise<HandledRun> {
  const calls = planCalls(run, options);
  const published: AppendableEvent[][] = calls.map(() => []);
  let unchanged = true;
  const invoke = async (call: Call, number: number) => {
    try {
      const [{ type, id }] = call.events;
      const work = callHandler(call, tx, options, published[number] ?? []);
      const outcome = await withinTime(work, options.timeoutMs, `The handler of ${type} ${id}`);
      if (outcome !== 'unchanged') unchanged = false;
    } catch (error) {
      // Of several events that failed together it is not known which one is to blame: the first half is tried apart.
      const kind = call.events.length === 1 ? 'handler' : 'near';
      throw new HandlingFailure(call.index + (call.events.length >> 1), error, kind);
    }
  };
  if (options.concurrency === 1) {
    for (const [number, call] of calls.entries()) await invoke(call, number);
  } else {
    await acrossKeys(calls, options.concurrency, invoke);
  }
  return { published: published.flat(), unchanged };
}

function planCalls(run: readonly RecordedEvent[], { batchHandlers, upcasters }: RunHandlersOptions): Call[] {
  const calls: Call[] = [];
  for (const [index, { record }] of run.entries()) {
    const event = read(record, index, upcasters);
    const last = calls.at(-1);
    const handler = batchHandlers[event.type];
    const batch = handler !== undefined;
    // The same function for several types: what follows one another comes together.
    if (batch && last?.batch === true && batchHandlers[last.events[0].type] === handler)
      last.events.push(event);
    else calls.push({ index, events: [event], batch });
  }
  return calls;
}

function read(record: RecordedEvent['record'], index: number, upcasters: Upcasters): TradingEvent {
  try {
    return readRecord(record, upcasters);
  } catch (error) {
    throw new HandlingFailure(index, error, 'unreadable');
  }
}

/** Runs calls of different keys side by side. The first failure is thrown once no call is running any more. */
async function acrossKeys(
  calls: readonly Call[],
  concurrency: number,
  invoke: (call: Call, number: number) => Promise<void>,
): Promise<void> {
  const chains = new Map<string, number[]>();
  for (const [number, call] of calls.entries()) {
    const key = call.batch ? '' : call.events[0].key;
    const chain = chains.get(key);
    if (chain === undefined) chains.set(key, [number]);
    else chain.push(number);
  }
  const waiting = [...chains.values()].values();
  let failure: { readonly error: unknown } | undefined;
  const work = async () => {
    for (const chain of waiting) {
      for (const number of chain) {
        const call = calls[number];
        if (call === undefined || failure !== undefined) return;
        try {
          await invoke(call, number);
        } catch (error) {
          failure ??= { error };
        }
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, chains.size) }, work));
  if (failure !== undefined) throw failure.error;
}

/** The catalogue ties a type to its data and its handler; TypeScript can't follow that through a union of all of them. */
async function callHandler(
  { events, batch }: Call,
  tx: Transaction,
  { handlers, batchHandlers, service }: RunHandlersOptions,
  published: AppendableEvent[],
): Promise<HandlerOutcome> {
  const [event] = events;
  const publishFor: BatchContext['publish'] = (cause, type, data, options: PublishOptions = {}) => {
    const made = createEvent(type, data, { service, cause, ...options });
    published.push(made);
    return made;
  };
  if (batch) {
    const handler = batchHandlers[event.type] as
      | ((events: readonly TradingEvent[], context: BatchContext) => Promise<HandlerOutcome>)
      | undefined;
    return handler?.(events, { tx, publish: publishFor });
  }
  const handler = handlers[event.type] as
    | ((event: TradingEvent, context: unknown) => Promise<void>)
    | undefined;
  const publish = (type: never, data: never, options?: PublishOptions) =>
    publishFor(event, type, data, options);
  await handler?.(event, { tx, publish });
}
