// @ts-check
import { parseArguments } from './arguments.mjs';
import { parseConnectionUrl } from './connectionUrl.mjs';
import { log } from './diagnostics.mjs';
import { SchemaEngineError } from './errors.mjs';
import { createDatabase } from './maintenance.mjs';
import { openPool } from './pool.mjs';
import { serve } from './protocol.mjs';
import { Session } from './session.mjs';
import { wasmVersion } from './wasm.mjs';

/** Signals by which the CLI, a terminal or a supervisor ends the engine. */
const endingSignals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Runs the engine as the command line says, and ends the process.
 *
 * @param {string[]} argv without the program and the script
 * @returns {Promise<never>}
 */
export async function main(argv) {
  // The CLI passes over the first line of the log.
  log('INFO', 'Starting the portable schema engine');
  try {
    await run(parseArguments(argv));
    process.exit(0);
  } catch (error) {
    const failure = error instanceof SchemaEngineError ? error : new SchemaEngineError(String(error));
    log('ERROR', failure.message, { is_panic: false, ...(failure.code && { error_code: failure.code }) });
    process.exit(1);
  }
}

/** @param {import('./arguments.mjs').EngineArguments} options */
async function run(options) {
  switch (options.command) {
    case 'version':
      process.stdout.write(`schema-engine-cli ${await wasmVersion()}\n`);
      return;
    case 'can-connect-to-database': {
      const pool = await openPool(targetOf(options));
      await pool.end();
      process.stdout.write('Connection successful\n');
      return;
    }
    case 'create-database': {
      const target = targetOf(options);
      await createDatabase(target);
      process.stdout.write(`Database '${target.database}' was successfully created.\n`);
      return;
    }
    case 'serve':
      return runSession(options);
  }
}

/** @param {import('./arguments.mjs').EngineArguments} options */
function targetOf({ datasource }) {
  if (datasource.url !== undefined) return parseConnectionUrl(datasource.url);
  throw new SchemaEngineError('prisma.config.ts names no database: set `datasource.url` there.');
}

/** @param {import('./arguments.mjs').EngineArguments} options */
async function runSession(options) {
  const session = new Session(options);
  for (const stream of [process.stdout, process.stderr]) {
    // A CLI that died reads no more; the work under way is finished all the same.
    stream.on('error', () => undefined);
  }
  process.on('uncaughtException', (error) => {
    if (session.abort(error)) return;
    log('ERROR', String(error), { is_panic: true });
    session.interrupt().finally(() => process.exit(101));
  });
  const { closed, mute } = serve({
    input: process.stdin,
    output: process.stdout,
    handle: (method, params, connection) => session.handle(method, params, connection),
  });
  const ended = new Promise((resolve) => {
    for (const signal of endingSignals) process.once(signal, resolve);
  }).then(mute);
  await Promise.race([closed, ended]);
  await session.interrupt();
}
