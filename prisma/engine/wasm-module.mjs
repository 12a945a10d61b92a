// @ts-check
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';

/** Where a panic inside the engine leaves its message: the engine itself only says «unreachable». */
export const lastPanic = { message: '' };

/**
 * Loads the engine's 5.4 MB of WebAssembly (40 ms). The package's own entry imports the `.wasm` file as a module, which Node 20 cannot, so
 * the bindings get their instance here.
 */
export async function loadWasmEngine() {
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      /** @param {string} message */
      set_message(message) {
        lastPanic.message = message;
      },
    },
  });
  const file = new URL(
    'schema_engine_bg.wasm',
    import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg'),
  );
  const { instance } = await WebAssembly.instantiate(await readFile(fileURLToPath(file)), {
    './schema_engine_bg.js': { ...bindings },
  });
  bindings.__wbg_set_wasm(instance.exports);
  /** @type {() => void} */ (instance.exports.__wbindgen_start)();
  return bindings;
}
