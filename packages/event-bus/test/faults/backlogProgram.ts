import { createServicePool } from '@trading/database';
import { createConsumer, drain } from '../../src';

/** What the test hands over. */
export interface BacklogSettings {
  readonly busUrl: string;
  readonly url: string;
}

/** Sent when the backlog is worked off. */
export interface BacklogReport {
  readonly handled: number;
}

const { busUrl, url }: BacklogSettings = JSON.parse(process.argv[2] ?? '{}');
const consumer = createConsumer({
  group: 'strategy',
  pool: createServicePool({ service: 'strategy', url }),
  handlers: {},
  batchHandlers: { data_quality_failed: async () => {} },
});
void drain([consumer], { pool: createServicePool({ service: 'event_bus', url: busUrl }) }).then((handled) => {
  process.send?.({ handled } satisfies BacklogReport);
  process.disconnect();
  process.exit(0);
});
