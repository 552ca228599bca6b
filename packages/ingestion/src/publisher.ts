import type { Sql } from '@trading/database';
import type { EventData } from '@trading/model';

/** An event of ingestion's, with what joins it to a chain. */
export type IngestionEvent = {
  [T in 'market_data_updated' | 'data_quality_failed' | 'corporate_action_updated']: {
    readonly type: T;
    readonly data: EventData<T>;
    readonly correlationId?: string;
    readonly occurredAt?: Date;
  };
}['market_data_updated' | 'data_quality_failed' | 'corporate_action_updated'];

/** What ingestion needs of the event bus: to append events, in their order, in the transaction of what they tell of. */
export interface EventPublisher {
  publishAll(sql: Sql, events: readonly IngestionEvent[]): Promise<unknown>;
}
