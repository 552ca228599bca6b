// @ts-check
import { parseArgs } from 'node:util';
import { SchemaEngineError } from './errors.mjs';

/**
 * Where the project's database is, as `prisma.config.ts` gives it.
 *
 * @typedef {object} Datasource
 * @property {string} [url]
 * @property {string} [shadowDatabaseUrl]
 */

/**
 * What the CLI asked this process to be.
 *
 * @typedef {object} EngineArguments
 * @property {'serve' | 'version' | 'can-connect-to-database' | 'create-database'} command
 * @property {Datasource} datasource
 * @property {string[]} datamodelPaths the schema files of the project
 */

/**
 * Reads the command line that Prisma's CLI passes to its schema engine.
 *
 * @param {string[]} argv without the program and the script
 * @returns {EngineArguments}
 * @throws {SchemaEngineError} when an argument is unknown or not readable
 */
export function parseArguments(argv) {
  const { values, positionals } = parse(argv);
  const datasource = parseDatasource(values.datasource);
  const datamodelPaths = values.datamodels ?? [];
  if (values.version) return { command: 'version', datasource, datamodelPaths };
  const [group, command, ...rest] = positionals;
  if (group === undefined) return { command: 'serve', datasource, datamodelPaths };
  if (
    group === 'cli' &&
    rest.length === 0 &&
    (command === 'can-connect-to-database' || command === 'create-database')
  ) {
    return { command, datasource, datamodelPaths };
  }
  throw new SchemaEngineError(
    `Unknown command '${positionals.join(' ')}'. Known are 'cli can-connect-to-database' and 'cli create-database'.`,
  );
}

/** @param {string[]} argv */
function parse(argv) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        datamodels: { type: 'string', short: 'd', multiple: true },
        datasource: { type: 'string' },
        // The CLI passes these two along; the WASM engine reads preview features from the schema.
        'enabled-preview-features': { type: 'string' },
        'extension-types': { type: 'string' },
        version: { type: 'boolean', short: 'V' },
      },
    });
  } catch (error) {
    throw new SchemaEngineError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/**
 * @param {string | undefined} json
 * @returns {Datasource}
 */
function parseDatasource(json) {
  if (json === undefined) return {};
  const rejected = (/** @type {unknown} */ cause) =>
    new SchemaEngineError(`--datasource must be a JSON object such as {"url":"postgresql://…"}.`, { cause });
  /** @type {unknown} */
  let parsed;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    throw rejected(error);
  }
  if (typeof parsed !== 'object' || parsed === null) throw rejected(undefined);
  return {
    ...stringProperty(parsed, 'url'),
    ...stringProperty(parsed, 'shadowDatabaseUrl'),
  };
}

/**
 * @param {object} source
 * @param {'url' | 'shadowDatabaseUrl'} name
 */
function stringProperty(source, name) {
  const value = /** @type {Record<string, unknown>} */ (source)[name];
  return typeof value === 'string' && value !== '' ? { [name]: value } : {};
}
