import type { Pool } from 'pg';
import type { IngestionLog } from './ingestionLog';
import type { EventPublisher } from './publisher';

/** What an ingestion works with. */
export interface IngestionTools {
  readonly pool: Pool;
  readonly publisher: EventPublisher;
  readonly clock: () => Date;
  readonly log: IngestionLog;
}
