// @ts-check
const { join } = require('node:path');
const { databaseUrlOf } = require('./databaseUrl.cjs');
const { showEverythingInStudio } = require('./studio.cjs');
const { launchThroughNode, startsByItself } = require('./launchThroughNode.cjs');

const enginePath = join(__dirname, '..', 'bin', 'schema-engine.mjs');

/** @type {import('./index.cjs').usePortableSchemaEngine} */
function usePortableSchemaEngine({ environment = process.env, platform = process.platform } = {}) {
  environment.CHECKPOINT_DISABLE ||= '1';
  environment.PRISMA_HIDE_UPDATE_MESSAGE ||= '1';
  environment.PRISMA_SCHEMA_ENGINE_BINARY ||= enginePath;
  // A command that Prisma starts, such as a seed, finds the variable set, and is to be launched so too.
  if (environment.PRISMA_SCHEMA_ENGINE_BINARY !== enginePath) return;
  if (!startsByItself(enginePath, platform)) launchThroughNode(enginePath);
}

/** @type {import('./index.cjs').unconfiguredDatabaseUrl} */
function unconfiguredDatabaseUrl(reason) {
  return `postgresql://unconfigured.invalid/unconfigured?reason=${encodeURIComponent(reason)}`;
}

module.exports = {
  databaseUrlOf,
  enginePath,
  showEverythingInStudio,
  unconfiguredDatabaseUrl,
  usePortableSchemaEngine,
};
