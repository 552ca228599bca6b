// @ts-check
import { SchemaEngineError } from './errors.mjs';
import { ScriptError } from './scriptError.mjs';

/**
 * Says which migration failed and why, where the WASM engine says only that something did.
 *
 * @param {string} method
 * @param {unknown} params the request's
 * @param {Error | undefined} failure what the database said
 * @returns {SchemaEngineError | undefined} P3018 (applying) or nothing, when it was no migration
 */
export function migrationFailure(method, params, failure) {
  if (!(failure instanceof ScriptError)) return undefined;
  if (method === 'dbExecute') return new SchemaEngineError(failure.description, { cause: failure });
  const migration = scriptsOf(params).find(({ script }) => script === failure.script);
  if (migration === undefined) return undefined;
  return method === 'applyMigrations'
    ? applyError(migration.name, failure)
    : shadowError(migration.name, failure);
}

/**
 * @param {string} name
 * @param {ScriptError} failure
 */
function applyError(name, failure) {
  return new SchemaEngineError(
    `A migration failed to apply. New migrations cannot be applied before the error is recovered from. Read more about how to resolve migration issues in a production database: https://pris.ly/d/migrate-resolve\n\nMigration name: ${name}\n\nDatabase error code: ${failure.sqlState}\n\nDatabase error:\n${failure.description}\n`,
    { code: 'P3018', cause: failure },
  );
}

/**
 * @param {string} name
 * @param {ScriptError} failure
 */
function shadowError(name, failure) {
  return new SchemaEngineError(
    `Migration \`${name}\` failed to apply cleanly to the shadow database. \nError:\n${failure.description}\n`,
    { code: 'P3006', cause: failure },
  );
}

/**
 * The migrations that a request carries.
 *
 * @param {unknown} params
 * @returns {{ name: string, script: string }[]}
 */
function scriptsOf(params) {
  const { migrationsList, from, to } =
    /** @type {{ migrationsList?: MigrationList, from?: MigrationList, to?: MigrationList }} */ (
      params ?? {}
    );
  return [migrationsList, from, to]
    .flatMap((list) => list?.migrationDirectories ?? [])
    .map(({ path, migrationFile }) => ({ name: path, script: migrationFile.content.value }));
}

/**
 * As much of the protocol's type as is read here.
 *
 * @typedef {{ migrationDirectories?: { path: string, migrationFile: { content: { value: string } } }[] }} MigrationList
 */
