import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/**
 * Runs `work` in a new, empty database of the server that `url` leads to, and drops it. The login must be allowed to make
 * databases. The database is made from `template0`, so that nothing of an installation's own template gets into it.
 *
 * @throws DatabaseError PostgreSQL's own, where it can't be reached or refuses
 */
export async function inScratchDatabase<T>(
  url: string,
  work: (client: Client, url: string) => Promise<T>,
): Promise<T> {
  const name = `schema_sql_${randomBytes(6).toString('hex')}`;
  const scratch = new URL(url);
  scratch.pathname = `/${name}`;
  await withClient(url, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0`));
  try {
    return await withClient(scratch.href, (client) => work(client, scratch.href));
  } finally {
    await withClient(url, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
  }
}

/** Runs `work` on one connection and closes it. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: 'schema-sql' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
