import { readFileSync } from 'node:fs';
import { unconfiguredDatabaseUrl, usePortableSchemaEngine } from '@trading/schema-engine';
import { defineConfig } from 'prisma/config';

usePortableSchemaEngine();

/** Where `trading up` writes how to reach the servers it started. */
const connectionFile = new URL('.trading/connection.json', `file://${__dirname}/`);

/**
 * The database of this checkout: the one that DATABASE_URL names, else the one that `trading up`
 * started. Without either, `generate` and `validate` still work.
 */
function databaseUrl(): string {
  return (
    process.env.DATABASE_URL ||
    ownerUrl() ||
    unconfiguredDatabaseUrl('There is no database yet. Run `npm run up` to start one, or set DATABASE_URL.')
  );
}

function ownerUrl(): string | undefined {
  try {
    const connection: unknown = JSON.parse(readFileSync(connectionFile, 'utf8'));
    const hasUrl = typeof connection === 'object' && connection !== null && 'ownerUrl' in connection;
    return hasUrl && typeof connection.ownerUrl === 'string' ? connection.ownerUrl : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: databaseUrl() },
});
