import type { TradingEvent } from '@trading/model';

/** Where a child process finds its servers. */
export interface SideSettings {
  /** What it measures: a name of `SIDES`. */
  readonly side: string;
  /** PostgreSQL as the role that publishes, as the one that consumes, and as the bus; for a peer three times its own. */
  readonly publisherUrl: string;
  readonly consumerUrl: string;
  readonly busUrl: string;
  readonly redisUrl: string;
  /** Where the peers' packages are installed. */
  readonly peersFolder: string;
}

/** A contender, as its publishing and its consuming process use it. */
export interface Side {
  /** Publishes the events, which are there when it returns; several at once as the contender does it best. */
  publishAll(events: readonly TradingEvent[]): Promise<void>;
  /** Publishes one event; it is committed when it returns. */
  publishOne(event: TradingEvent): Promise<void>;
  /**
   * Consumes until it is told to stop, writing one row an event.
   *
   * @param effects called when the effects of some events are committed, with their numbers
   */
  consume(
    effects: (numbers: readonly number[]) => void,
    options: ConsumeOptions,
  ): Promise<() => Promise<void>>;
}

/** What growth varies. */
export interface ConsumeOptions {
  /** Consumer groups in the one process. 1. */
  readonly groups?: number;
  /** Event types that are heard. The one that is published. */
  readonly types?: readonly string[];
}

/** The number of an event, which its data carries. */
export function numberOf(data: unknown): number {
  return (data as { inserted: number }).inserted;
}
