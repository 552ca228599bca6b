export type { CatalogueObject } from './catalogue';
export { readCatalogue } from './catalogue';
export { compareCatalogues, type Difference } from './compare';
export {
  type BuiltSchema,
  buildFromFiles,
  buildFromMigrations,
  diffDatabase,
  type SchemaProject,
  snapshotOf,
  writeBaseline,
  writeMigration,
} from './project';
