// @ts-check
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';

/**
 * PostgreSQL's one-byte type `"char"`, common in its catalogue. The adapter refuses it, and the engine
 * panics when it comes as text: it has to arrive as a Character.
 */
const charOid = 18;
/** A type that the adapter reads in the same way. */
const varcharOid = 1043;

/**
 * Lets an adapter's `queryRaw` answer with `"char"` columns.
 *
 * The pool shows them to the adapter as varchar and remembers which they were; the rows, which the
 * adapter passes on as they are, tie the two together.
 *
 * @param {import('pg').Pool} pool the pool that the adapter will use
 */
export function rememberCharacterColumns(pool) {
  /** @type {WeakMap<object, number[]>} */
  const remembered = new WeakMap();
  const query = /** @type {(...parameters: unknown[]) => Promise<import('pg').QueryResult>} */ (
    pool.query.bind(pool)
  );

  const rememberingQuery = async (/** @type {unknown[]} */ ...parameters) => {
    const result = await query(...parameters);
    // A script of several statements answers with a list.
    if (!Array.isArray(result.fields)) return result;
    const indexes = result.fields.flatMap((field, index) => (field.dataTypeID === charOid ? [index] : []));
    if (indexes.length === 0) return result;
    remembered.set(result.rows, indexes);
    return {
      ...result,
      fields: result.fields.map((field, index) =>
        indexes.includes(index) ? { ...field, dataTypeID: varcharOid } : field,
      ),
    };
  };
  Object.assign(pool, { query: rememberingQuery });

  return {
    /**
     * @param {import('@prisma/driver-adapter-utils').SqlResultSet} result
     * @returns {import('@prisma/driver-adapter-utils').SqlResultSet}
     */
    restore(result) {
      const indexes = remembered.get(result.rows);
      if (indexes === undefined) return result;
      return {
        ...result,
        columnTypes: result.columnTypes.map((type, index) =>
          indexes.includes(index) ? ColumnTypeEnum.Character : type,
        ),
      };
    },
  };
}
