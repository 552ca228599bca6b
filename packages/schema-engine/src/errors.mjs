// @ts-check

/**
 * A failure in the terms of Prisma's CLI, which prints `code` and `message` as they are.
 *
 * `code` is one of https://www.prisma.io/docs/orm/reference/error-reference (such as `P1001`), or
 * absent where Prisma has none.
 */
export class SchemaEngineError extends Error {
  /**
   * @param {string} message
   * @param {{ code?: string | undefined, isPanic?: boolean, cause?: unknown }} [options]
   */
  constructor(message, options = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SchemaEngineError';
    /** @readonly */
    this.code = options.code;
    /** Whether the engine itself broke, rather than the request, the schema or the database. @readonly */
    this.isPanic = options.isPanic ?? false;
  }
}

/**
 * Lines that the engine adds to its messages to say where in its own source they arose. They tell a
 * user nothing, and hide the sentence that does.
 */
const engineTraceLine = /^ *\d+: \w+::\w/;
const engineTraceDetail = /^ +(?:with|at) /;

/** @param {string} message */
function withoutEngineTrace(message) {
  let within = false;
  const kept = message.split('\n').filter((line) => {
    within = engineTraceLine.test(line) || (within && engineTraceDetail.test(line));
    return !within;
  });
  return kept.join('\n').trimEnd();
}

/**
 * Turns whatever the WASM engine threw into an error for the CLI.
 *
 * @param {unknown} thrown
 * @param {string | undefined} panicMessage what the engine reported as it panicked, if it did
 * @returns {SchemaEngineError}
 */
export function fromEngine(thrown, panicMessage) {
  if (thrown instanceof SchemaEngineError) return thrown;
  if (panicMessage !== undefined) {
    return new SchemaEngineError(panicMessage, { isPanic: true, cause: thrown });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined;
  return new SchemaEngineError(withoutEngineTrace(message), { code, cause: thrown });
}
