import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unconfiguredDatabaseUrl, usePortableSchemaEngine } from '@trading/schema-engine';
import { defineConfig } from 'prisma/config';

usePortableSchemaEngine();

/** Where `trading up` writes how to reach the servers it started. */
const connectionFile = join(__dirname, '.trading', 'connection.json');

/**
 * The database of this checkout: the one that DATABASE_URL names, else the one that `trading up`
 * started. Without either, `generate` and `validate` still work, and the rest says what to do.
 */
function databaseUrl(): string {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  try {
    return ownerUrl(JSON.parse(readFileSync(connectionFile, 'utf8')));
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return unconfiguredDatabaseUrl(
      isMissing
        ? 'There is no database yet. Run `npm run up` to start one, or set DATABASE_URL.'
        : `${connectionFile} cannot be read (${error}). Run \`npm run up\` to write it anew, or set DATABASE_URL.`,
    );
  }
}

function ownerUrl(connection: unknown): string {
  if (typeof connection === 'object' && connection !== null && 'ownerUrl' in connection) {
    if (typeof connection.ownerUrl === 'string') return connection.ownerUrl;
  }
  throw new TypeError('it holds no ownerUrl');
}

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: databaseUrl() },
});
