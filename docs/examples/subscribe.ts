import { createServicePool } from '@trading/database';
import { createConsumer } from '@trading/event-bus';

const pool = createServicePool({ url: process.env.ANALYTICS_DATABASE_URL ?? '', service: 'analytics' });

// Keeps each symbol's turnover to date in a table of the service.
const ADD_TURNOVER = `
  INSERT INTO analytics.analytics_cache (key, value, expires_at)
  VALUES ('turnover ' || $1, to_jsonb($2::numeric * $3::numeric), 'infinity')
  ON CONFLICT (key) DO UPDATE SET value = to_jsonb((analytics_cache.value #>> '{}')::numeric + $2::numeric * $3::numeric)`;

const consumer = createConsumer({
  group: 'analytics.turnover', // a service may have as many groups as it likes
  pool,
  handlers: {
    async trade_executed(event, { tx }) {
      const { symbol, quantity, price } = event.data;
      await tx.query(ADD_TURNOVER, [symbol, quantity, price]);
    },
  },
});
consumer.start();

process.once('SIGINT', async () => {
  await consumer.stop();
  await pool.end();
});
