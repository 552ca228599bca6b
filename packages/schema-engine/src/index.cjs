// @ts-check
const { join } = require('node:path');

const enginePath = join(__dirname, '..', 'bin', 'schema-engine.mjs');

/** @type {import('./index.cjs').usePortableSchemaEngine} */
function usePortableSchemaEngine(environment = process.env) {
  environment.PRISMA_SCHEMA_ENGINE_BINARY ||= enginePath;
  environment.CHECKPOINT_DISABLE ||= '1';
  environment.PRISMA_HIDE_UPDATE_MESSAGE ||= '1';
}

/** @type {import('./index.cjs').unconfiguredDatabaseUrl} */
function unconfiguredDatabaseUrl(reason) {
  return `postgresql://unconfigured.invalid/unconfigured?reason=${encodeURIComponent(reason)}`;
}

module.exports = { usePortableSchemaEngine, unconfiguredDatabaseUrl, enginePath };
