import { createServicePool, inTransaction } from '@trading/database';
import { EVENTS } from '@trading/model';
import { createConsumer, createPublisher } from '../../src';
import { bars } from '../events';

/** What the test hands over. */
export interface NewerSettings {
  readonly publisherUrl: string;
  readonly url: string;
}

/** Sent for each event that was handled: its data, as this program's catalogue has it. */
export interface NewerReport {
  readonly data: unknown;
}

// A program whose catalogue has one optional field more than that of the test.
const { data } = EVENTS.market_data_updated;
Object.assign(EVENTS.market_data_updated, {
  data: data.extend({ session: data.shape.dataSource.optional() }),
});

const { publisherUrl, url }: NewerSettings = JSON.parse(process.argv[2] ?? '{}');
process.on('disconnect', () => process.exit(0));
const newer = { ...bars('NEW'), session: 'regular' };
void inTransaction(createServicePool({ service: 'ingestion', url: publisherUrl }), (tx) =>
  createPublisher({ service: 'ingestion' }).publish(tx, 'market_data_updated', newer),
).then(() => {
  createConsumer({
    group: 'risk',
    pool: createServicePool({ service: 'risk', url }),
    pollMs: 20,
    handlers: {
      market_data_updated: async ({ data }) => void process.send?.({ data } satisfies NewerReport),
    },
  }).start();
});
