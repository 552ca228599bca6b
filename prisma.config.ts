import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  showEverythingInStudio,
  unconfiguredDatabaseUrl,
  usePortableSchemaEngine,
} from '@trading/schema-engine';
import { defineConfig } from 'prisma/config';

usePortableSchemaEngine();
showEverythingInStudio();

/** Where `trading up` writes how to reach the servers it started. */
const connectionFile = join(__dirname, '.trading', 'connection.json');

interface Connection {
  readonly adminUrl?: unknown;
  readonly ownerUrl?: unknown;
}

/**
 * The database of this checkout: the one that DATABASE_URL names, else the one that `trading up` prepared. Where
 * DATABASE_URL is the administrator's login that `up` was given, what `up` made of it is meant: trading_system, as its
 * owner. Without any, `generate` and `validate` still work.
 */
function databaseUrl(): string {
  const given = process.env.DATABASE_URL;
  const { adminUrl, ownerUrl } = readConnection();
  if (typeof ownerUrl === 'string' && (!given || isSameLogin(given, adminUrl))) return ownerUrl;
  return (
    given ||
    unconfiguredDatabaseUrl('There is no database yet. Run `npm run up` to start one, or set DATABASE_URL.')
  );
}

function isSameLogin(url: string, other: unknown): boolean {
  if (typeof other !== 'string' || !URL.canParse(url)) return false;
  const [one, two] = [new URL(url), new URL(other)];
  return one.host === two.host && one.username === two.username;
}

function readConnection(): Connection {
  try {
    const connection: unknown = JSON.parse(readFileSync(connectionFile, 'utf8'));
    return typeof connection === 'object' && connection !== null ? connection : {};
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: databaseUrl() },
});
