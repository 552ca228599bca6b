import { until } from '@trading/testing';
import { Client } from 'pg';
import type { Checkout } from './checkout';
import { superuserUrl } from './superuser';

/** Bars of a year, which nobody can store for now. */
export interface HeldBars extends AsyncDisposable {
  /** Resolves when a command stands before them: all that it does earlier is done, and nothing that it does later. */
  reached(): Promise<void>;
  /** Lets it go on. */
  release(): Promise<void>;
}

/** Keeps a year's bars from being stored, so that a command that is started then can't be further than there. */
export async function holdBars(checkout: Checkout, year: number): Promise<HeldBars> {
  const client = new Client({ connectionString: superuserUrl(checkout) });
  // A test may end the server.
  client.on('error', () => {});
  await client.connect();
  const partition = `market_data_partitions.market_data_${year}`;
  await client.query(`BEGIN; LOCK TABLE ${partition} IN SHARE MODE`);
  // Released twice, or after its server, it is released all the same.
  const release = () => client.end().catch(() => {});
  return {
    reached: async () => {
      await until(`a command to come to ${year}`, async () => {
        const { rows } = await client.query(
          `SELECT FROM pg_locks WHERE relation = '${partition}'::regclass AND NOT granted`,
        );
        return rows.length > 0;
      });
    },
    release,
    [Symbol.asyncDispose]: release,
  };
}

/** Waits until nobody is connected any more: a session outlives the process that opened it, and holds what it has locked. */
export async function sessionsGone(checkout: Checkout): Promise<void> {
  const client = new Client({ connectionString: superuserUrl(checkout) });
  await client.connect();
  try {
    await until('all sessions to end', async () => {
      const { rows } = await client.query(
        "SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
      );
      return rows.length === 0;
    });
  } finally {
    await client.end();
  }
}
