import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Checkout } from './checkout';

/** The superuser's URL of a checkout's database. */
export function superuserUrl({ root }: Checkout): string {
  const connection = JSON.parse(readFileSync(join(root, '.trading/connection.json'), 'utf8'));
  const url = new URL(connection.adminUrl);
  url.pathname = '/trading_system';
  return url.href;
}

/** Works on a checkout's database as one whom no rule of it binds. */
export async function asSuperuser<Result>(
  checkout: Checkout,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: superuserUrl(checkout) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
