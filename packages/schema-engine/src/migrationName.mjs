// @ts-check

/** `20240131235959_name` */
const named = /^(\d{14})(_.*)$/;

/**
 * Migrations are applied in the order of their names, so a new one is named behind those that it builds on, whatever the
 * clock says: it may have been set back, or two migrations may be made within one second.
 *
 * @param {string} method
 * @param {unknown} params the request's
 * @param {unknown} answer the engine's
 * @returns {unknown} the answer, its migration renamed where it must be
 */
export function nameInOrder(method, params, answer) {
  if (method !== 'createMigration') return answer;
  const made = /** @type {{ generatedMigrationName: string | null }} */ (answer);
  const [, time, rest = ''] = named.exec(made.generatedMigrationName ?? '') ?? [];
  const last = lastTime(params);
  if (time === undefined || Number(time) > last) return answer;
  return { ...made, generatedMigrationName: `${last + 1}${rest}` };
}

/** @param {unknown} params */
function lastTime(params) {
  const { migrationsList } = /** @type {{ migrationsList: { migrationDirectories: { path: string }[] } }} */ (
    params
  );
  return Math.max(
    0,
    ...migrationsList.migrationDirectories.map(({ path }) => Number(named.exec(path)?.[1] ?? 0)),
  );
}
