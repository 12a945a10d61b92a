// @ts-check
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { canConnectToDatabase, createDatabase } from './database-commands.mjs';
import { MigrationAdapterFactory } from './migration-adapter.mjs';
import { UserFacingError } from './user-facing-error.mjs';
import { lastPanic, loadWasmEngine } from './wasm-module.mjs';

/**
 * @typedef {import('@prisma/schema-engine-wasm').SchemaEngine} SchemaEngine
 * @typedef {{ [name: string]: unknown }} Params
 * @typedef {(content: string) => void} Print
 */

/** Methods that the WebAssembly engine has under the same name, with the same parameters and answer. */
const SAME = /** @type {const} */ ([
  'dbExecute',
  'diagnoseMigrationHistory',
  'introspectSql',
  'markMigrationApplied',
  'markMigrationRolledBack',
  'reset',
  'schemaPush',
]);

/**
 * The native engine's methods over the WebAssembly one. Where the two differ (names, null for absent, who prints), the difference is here.
 */
export class StandInEngine {
  #datamodels;
  #datasource;
  /** @type {Promise<SchemaEngine> | undefined} */
  #engine;
  /** Whether the engine keeps the schema that the migrations give, as `devDiagnostic` leaves it. */
  #historyKept = false;

  /**
   * @param {object} options
   * @param {[path: string, content: string][]} options.datamodels
   * @param {{ url?: string | undefined, shadowDatabaseUrl?: string | undefined }} options.datasource
   */
  constructor({ datamodels, datasource }) {
    this.#datamodels = datamodels;
    this.#datasource = datasource;
  }

  /**
   * @param {string} method
   * @param {Params} params
   * @param {Print} print
   * @returns {Promise<unknown>}
   */
  async call(method, params, print) {
    try {
      return await this.#dispatch(method, params, print);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError)
        throw new EnginePanic(lastPanic.message || error.message);
      throw error;
    }
  }

  async close() {
    const engine = await this.#engine?.catch(() => undefined);
    engine?.free();
  }

  /**
   * @param {string} method
   * @param {Params} params
   * @param {Print} print
   */
  async #dispatch(method, params, print) {
    switch (method) {
      case 'createDatabase':
        return { databaseName: await createDatabase(this.#datasource.url ?? '') };
      case 'ensureConnectionValidity':
        return canConnectToDatabase(this.#datasource.url ?? '');
      case 'getDatabaseVersion':
        return (await this.#loaded()).version(null);
      case 'introspect':
        return (await this.#loaded()).introspect(
          /** @type {never} */ ({ ...params, namespaces: params.namespaces ?? null }),
        );
      case 'diff': {
        const result = await (await this.#loaded()).diff(
          /** @type {never} */ ({ ...params, exitCode: params.exitCode ?? null }),
        );
        // The CLI prints what it is told to print, and not what the answer says; `--output` too goes by that.
        if (result.stdout !== null) print(result.stdout);
        return { ...result, stdout: null };
      }
      case 'applyMigrations': {
        const result = await (await this.#loaded()).applyMigrations(/** @type {never} */ (params));
        if (result.appliedMigrationNames.length > 0) this.#historyKept = false;
        return result;
      }
      case 'devDiagnostic':
        return this.#devDiagnostic(params);
      case 'evaluateDataLoss':
      case 'createMigration':
        if (!this.#historyKept) await this.#devDiagnostic(params);
        return (await this.#loaded())[method](/** @type {never} */ (params));
      case 'debugPanic':
        return (await this.#loaded()).debugPanic();
    }
    const name = SAME.find((same) => same === method);
    if (name === undefined)
      throw new UserFacingError(undefined, `The stand-in engine has no method «${method}».`);
    return (await this.#loaded())[name](/** @type {never} */ (params));
  }

  /**
   * `evaluateDataLoss` and `createMigration` cannot make a shadow database in the WebAssembly engine (they fail with «must be provided
   * through an external factory»): they live on the schema that the last `devDiagnostic` kept, which is that of the migrations before
   * the ones just applied. So it is asked once more after those, which costs a shadow database, half a second, on a developer's machine.
   * @param {Params} params
   */
  async #devDiagnostic({ migrationsList, filters }) {
    const result = await (await this.#loaded()).devDiagnostic(
      /** @type {never} */ ({ migrationsList, filters }),
    );
    this.#historyKept = true;
    return result;
  }

  /** Loaded at the first request: `createDatabase` alone needs no engine. */
  #loaded() {
    this.#engine ??= (async () => {
      const { SchemaEngine } = await loadWasmEngine();
      const adapter = bindMigrationAwareSqlAdapterFactory(new MigrationAdapterFactory(this.#datasource));
      const datamodels = this.#datamodels.length > 0 ? this.#datamodels : undefined;
      return SchemaEngine.new({ datamodels }, () => {}, adapter);
    })();
    return this.#engine;
  }
}

/** A bug inside the engine, as opposed to an error that its user can mend. */
export class EnginePanic extends Error {}
