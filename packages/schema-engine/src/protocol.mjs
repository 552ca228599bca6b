// @ts-check
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { SchemaEngineError } from './errors.mjs';

/**
 * JSON-RPC 2.0 over a pair of streams, a message a line, requests both ways: the form in which
 * Prisma's CLI talks with its schema engine.
 *
 * @typedef {object} Connection
 * @property {(method: string, params: unknown) => Promise<void>} request asks the CLI for something and waits until it has done it
 * @property {() => void} mute answers no more: the CLI was told to end too, and what is cut off now is no failure
 * @property {Promise<void>} closed settles when the CLI has closed its end and every request is answered
 */

/**
 * Serves requests until the input ends.
 *
 * @param {object} options
 * @param {NodeJS.ReadableStream} options.input
 * @param {NodeJS.WritableStream} options.output
 * @param {(method: string, params: unknown, connection: Connection) => Promise<unknown>} options.handle
 *   answers one request; what it throws becomes an error response
 * @returns {Connection}
 */
export function serve({ input, output, handle }) {
  /** @type {Map<number, () => void>} */
  const awaitingReply = new Map();
  /** @type {Set<Promise<void>>} */
  const underWay = new Set();
  let lastId = 0;
  let ended = false;
  let muted = false;
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const send = (/** @type {Record<string, unknown>} */ message) => {
    if (!muted) output.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };

  /** @type {Connection} */
  const connection = {
    async request(method, params) {
      if (ended) return;
      lastId += 1;
      const id = lastId;
      await new Promise((resolve) => {
        awaitingReply.set(id, () => resolve(undefined));
        send({ id, method, params });
      });
    },
    mute() {
      muted = true;
    },
    closed: once(lines, 'close').then(async () => {
      ended = true;
      for (const resolve of awaitingReply.values()) resolve();
      // A CLI that died leaves its migration to be finished and recorded, not cut off.
      await Promise.all(underWay);
    }),
  };

  lines.on('line', (line) => {
    if (line.trim() === '') return;
    const message = parseMessage(line);
    if (message === undefined) {
      send({ id: null, error: { code: -32700, message: 'Parse error' } });
    } else if (typeof message.method !== 'string') {
      // An answer to a request of ours; the CLI numbers its own requests apart from these.
      const id = Number(message.id);
      awaitingReply.get(id)?.();
      awaitingReply.delete(id);
    } else {
      const answer = handle(message.method, message.params, connection)
        .then(
          (result) => send({ id: message.id, result: result ?? null }),
          (error) => send({ id: message.id, error: errorObject(error) }),
        )
        .finally(() => underWay.delete(answer));
      underWay.add(answer);
    }
  });
  return connection;
}

/**
 * @param {string} line
 * @returns {Record<string, unknown> | undefined}
 */
function parseMessage(line) {
  try {
    const message = JSON.parse(line);
    return typeof message === 'object' && message !== null ? message : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The error object that the CLI understands; the code is the one that Prisma's own engine uses for
 * every failure.
 *
 * @param {unknown} error
 */
function errorObject(error) {
  const failure = error instanceof SchemaEngineError ? error : new SchemaEngineError(String(error));
  return {
    code: 4466,
    message: 'An error happened. Check the data field for details.',
    data: {
      is_panic: failure.isPanic,
      message: failure.message,
      // For a panic the CLI reads this one.
      error: { message: failure.message },
      ...(failure.code === undefined ? { backtrace: null } : { error_code: failure.code, meta: null }),
    },
  };
}
