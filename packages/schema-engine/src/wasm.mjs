// @ts-check
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import { log } from './diagnostics.mjs';

/**
 * @typedef {import('@prisma/schema-engine-wasm/schema_engine_bg').SchemaEngine} WasmEngine
 * @typedef {typeof globalThis & { PRISMA_WASM_PANIC_REGISTRY?: { set_message(message: string): void } }} GlobalWithRegistry
 */

/**
 * The engine's compiled code. Loaded once; loaded anew after a panic, which leaves its memory in a
 * state that nobody vouches for.
 */
export class WasmModule {
  /** @type {Promise<void> | undefined} */
  #loaded;
  /** @type {string | undefined} */
  #panicMessage;

  /**
   * @param {[path: string, content: string][]} datamodels
   * @param {import('@prisma/driver-adapter-utils').ErrorCapturingSqlMigrationAwareDriverAdapterFactory} adapterFactory
   * @returns {Promise<WasmEngine>}
   */
  async createEngine(datamodels, adapterFactory) {
    this.#loaded ??= this.#load();
    await this.#loaded;
    return glue.SchemaEngine.new({ datamodels }, forwardLog, adapterFactory);
  }

  /** The commit of prisma-engines that the engine was built from. */
  async version() {
    this.#loaded ??= this.#load();
    await this.#loaded;
    return glue.version();
  }

  /** What the engine said as it panicked, once; the engine is loaded anew for the next request. */
  takePanicMessage() {
    const message = this.#panicMessage;
    this.#panicMessage = undefined;
    if (message !== undefined) this.#loaded = undefined;
    return message;
  }

  /** Drops the engine's state, as after a panic. */
  reset() {
    this.#loaded = undefined;
  }

  async #load() {
    /** @type {GlobalWithRegistry} */ (globalThis).PRISMA_WASM_PANIC_REGISTRY = {
      // Without it a panic shows as an error that says nothing.
      set_message: (message) => {
        this.#panicMessage = message;
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
}

/** @param {string} line */
function forwardLog(line) {
  const trimmed = line.trim();
  if (trimmed.startsWith('{')) process.stderr.write(`${trimmed}\n`);
  else log('INFO', trimmed);
}
