// Composes a service's own Prisma schema from the one schema of the repository: the datasource, narrowed to the
// service's PostgreSQL schema, and the file that declares it. What other services own is not there to be imported.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Service package to the PostgreSQL schema it owns; `services.ts` holds the same, and a test compares them. */
export const SCHEMA_OF = {
  ingestion: 'data_ingestion',
  strategy: 'strategy_engine',
  execution: 'execution',
  risk: 'risk_management',
  analytics: 'analytics',
  notification: 'notification',
  logging: 'logging',
  api: 'api',
};

/** Writes `packages/<service>/src/generated/schema.prisma` and returns its path. */
export async function composeScopedSchema(service) {
  const schema = SCHEMA_OF[service];
  if (schema === undefined) {
    throw new TypeError(
      `unknown service '${service}'; it must be one of ${Object.keys(SCHEMA_OF).join(', ')}`,
    );
  }
  const models = await readFile(join(ROOT, 'prisma/schema', `${schema}.prisma`), 'utf8');
  const folder = join(ROOT, 'packages', service, 'src/generated');
  const path = join(folder, 'schema.prisma');
  await mkdir(folder, { recursive: true });
  await writeFile(path, `${header(schema)}\n${models}`);
  return path;
}

// The output path is relative, and CommonJS without file endings is what jest and tsc both load.
const header = (schema) => `// Composed from prisma/schema by generateScopedClient.mjs: edit there.
datasource db {
  provider = "postgresql"
  schemas  = ["${schema}"]
}

generator client {
  provider            = "prisma-client"
  output              = "./client"
  runtime             = "nodejs"
  moduleFormat        = "cjs"
  importFileExtension = ""
}
`;
