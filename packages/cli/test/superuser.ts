import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Checkout } from './checkout';

/** Works on a checkout's database as one whom no rule of it binds. */
export async function asSuperuser<Result>(
  { root }: Checkout,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const connection = JSON.parse(readFileSync(join(root, '.trading/connection.json'), 'utf8'));
  const url = new URL(connection.adminUrl);
  url.pathname = '/trading_system';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
