/** What JSON holds: parameters and results travel through Prefect's database as it. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** The `type` in a final state's data that tells our results from Prefect's own records. */
const RESULT = 'trading.result';

/** Above this a result isn't kept: Prefect stores it in a row of its database, not in a file. */
const LARGEST_RESULT = 64 * 1024;

/** A result as data of a Completed state; what is too large is marked as not kept, so that a retry computes it again. */
export function resultData(result: JsonValue | undefined): object {
  const kept = result ?? null;
  if (JSON.stringify(kept).length > LARGEST_RESULT) return { type: 'unpersisted' };
  return { type: RESULT, result: kept };
}

/** The result that {@link resultData} stored; undefined in data of another kind. */
export function storedResult(data: unknown): { readonly result: JsonValue } | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  if (!('type' in data) || data.type !== RESULT || !('result' in data)) return undefined;
  // Only resultData writes data of this type, and what it writes is JSON.
  return { result: data.result as JsonValue };
}
