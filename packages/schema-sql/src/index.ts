export type { CatalogueObject } from './catalogue';
export { readCatalogue } from './catalogue';
export { compareCatalogues, type Difference } from './compare';
export {
  type BuiltSchema,
  buildFromFiles,
  buildFromMigrations,
  type SchemaProject,
  snapshotOf,
  writeBaseline,
} from './project';
