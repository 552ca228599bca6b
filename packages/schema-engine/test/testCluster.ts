import { startTestServer, type TestServer } from '@trading/testing';
import pg from 'pg';

/** An empty PostgreSQL server for a test file. */
export interface TestCluster extends AsyncDisposable {
  readonly server: TestServer;
  /** The superuser's URL of a database, which need not exist; without parameters. */
  url(database: string): string;
  /** Runs one statement, or a script without parameters, and returns the rows of the last. */
  query(database: string, sql: string, parameters?: unknown[]): Promise<Record<string, unknown>[]>;
  /** The names of the shadow databases that are there. */
  shadowDatabases(): Promise<string[]>;
}

/** Starts one. */
export async function startTestCluster(): Promise<TestCluster> {
  const server = await startTestServer({ migrated: false });
  const url = (database: string) => {
    const location = new URL(server.adminUrl);
    location.pathname = `/${encodeURIComponent(database)}`;
    return location.toString();
  };
  const query: TestCluster['query'] = async (database, sql, parameters) => {
    const client = new pg.Client(url(database));
    await client.connect();
    try {
      const result: pg.QueryResult | pg.QueryResult[] = await client.query(sql, parameters);
      const last = Array.isArray(result) ? result.at(-1) : result;
      return last?.rows ?? [];
    } finally {
      await client.end();
    }
  };
  return {
    server,
    url,
    query,
    async shadowDatabases() {
      const rows = await query('postgres', "SELECT datname FROM pg_database WHERE datname LIKE '%shadow%'");
      return rows.map(({ datname }) => String(datname));
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
