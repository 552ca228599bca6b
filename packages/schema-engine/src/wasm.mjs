// @ts-check
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import { log } from './diagnostics.mjs';

/**
 * @typedef {import('@prisma/schema-engine-wasm/schema_engine_bg').SchemaEngine} WasmEngine
 * @typedef {import('@prisma/driver-adapter-utils').ErrorCapturingSqlMigrationAwareDriverAdapterFactory} BoundFactory
 * @typedef {typeof globalThis & { PRISMA_WASM_PANIC_REGISTRY?: { set_message(message: string): void } }} GlobalWithRegistry
 */

/**
 * The engine's compiled code. Its bindings are a module with one memory, so it is loaded once, and is
 * of no more use after a panic: what was left half done would still be cleaned up in a new memory.
 *
 * @type {Promise<void> | undefined}
 */
let loading;
/** @type {string | undefined} */
let panic;

/**
 * @param {[path: string, content: string][]} datamodels
 * @param {BoundFactory} adapterFactory
 * @returns {Promise<WasmEngine>}
 */
export async function createWasmEngine(datamodels, adapterFactory) {
  loading ??= load();
  await loading;
  return glue.SchemaEngine.new({ datamodels }, forwardLog, adapterFactory);
}

/** The commit of prisma-engines that the engine was built from. */
export async function wasmVersion() {
  loading ??= load();
  await loading;
  return glue.version();
}

/** What the engine said as it panicked, if it did; nothing can be asked of it from then on. */
export function panicMessage() {
  return panic;
}

async function load() {
  /** @type {GlobalWithRegistry} */ (globalThis).PRISMA_WASM_PANIC_REGISTRY = {
    // Without it a panic shows as an error that says nothing.
    set_message(message) {
      panic ??= message;
    },
  };
  const glueFile = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const code = await readFile(glueFile.replace(/\.js$/, '.wasm'));
  const imports = /** @type {WebAssembly.Imports} */ ({ './schema_engine_bg.js': glue });
  const { instance } = await WebAssembly.instantiate(code, imports);
  // Absent from the declarations, as the package's own entry calls it; that entry needs a bundler.
  if ('__wbg_set_wasm' in glue && typeof glue.__wbg_set_wasm === 'function') {
    glue.__wbg_set_wasm(instance.exports);
  }
  const start = instance.exports.__wbindgen_start;
  if (typeof start === 'function') start();
}

/** @param {string} line */
function forwardLog(line) {
  const trimmed = line.trim();
  if (trimmed.startsWith('{')) process.stderr.write(`${trimmed}\n`);
  else log('INFO', trimmed);
}
