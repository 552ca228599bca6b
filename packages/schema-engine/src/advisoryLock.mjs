// @ts-check

/** The statement by which the engine makes sure that one migration runs at a time; it gives up after 10 seconds. */
const statement = /^SELECT pg_advisory_lock\(\d+\) *;?$/;

/**
 * Whether to pass over a statement because the user wants no advisory lock, by Prisma's own variable
 * `PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK`. The WASM engine sees no environment.
 *
 * @param {string} sql
 */
export function isUnwantedAdvisoryLock(sql) {
  const disabled = process.env.PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK;
  return Boolean(disabled) && disabled !== '0' && disabled !== 'false' && statement.test(sql.trim());
}
