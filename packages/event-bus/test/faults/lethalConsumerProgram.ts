import { createServicePool } from '@trading/database';
import { createConsumer } from '../../src';

/** What the test hands over. */
export interface LethalSettings {
  readonly url: string;
  /** The event that ends the process: its key and number. */
  readonly lethal: string;
  readonly end: 'SIGKILL' | 'process.exit' | 'out of memory' | 'hang';
  readonly maxAttempts: number;
}

const { url, lethal, end, maxAttempts }: LethalSettings = JSON.parse(process.argv[2] ?? '{}');
process.on('disconnect', () => process.exit(0));

async function endProcess(): Promise<void> {
  if (end === 'hang') await new Promise(() => {});
  if (end === 'SIGKILL') process.kill(process.pid, 'SIGKILL');
  if (end === 'process.exit') process.exit(1);
  const kept: unknown[] = [];
  for (;;) kept.push(new Array(100_000).fill(kept.length));
}

createConsumer({
  group: 'strategy',
  inbox: true,
  pool: createServicePool({ service: 'strategy', url, max: 4 }),
  pollMs: 20,
  maxAttempts,
  // It hangs for as long as the test takes.
  handlerTimeoutMs: 600_000,
  backoff: { firstMs: 5, maxMs: 50 },
  handlers: {
    market_data_updated: async (event, { tx }) => {
      const name = `${event.data.symbol}${event.data.inserted}`;
      await tx.query(
        "INSERT INTO strategy_engine.strategies (strategy_id, name, status) VALUES ($1, 'x', 'inactive')",
        [name],
      );
      if (name === lethal) await endProcess();
    },
  },
}).start();
process.send?.('ready');
