// @ts-check
import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, DriverAdapterError } from '@prisma/driver-adapter-utils';
import { connectionOptions, targetOf, withDatabase } from './connection-url.mjs';
import { createDatabase, dropDatabase, emptyDatabase } from './database-commands.mjs';
import { UserFacingError } from './user-facing-error.mjs';

/**
 * @typedef {import('@prisma/driver-adapter-utils').SqlDriverAdapter} SqlDriverAdapter
 * @typedef {import('@prisma/driver-adapter-utils').SqlMigrationAwareDriverAdapterFactory} MigrationAwareFactory
 * @typedef {import('@prisma/driver-adapter-utils').SqlQuery} SqlQuery
 * @typedef {{ fields: { name: string, dataTypeID: number }[], rows: unknown[][] }} DriverResult
 * @typedef {SqlDriverAdapter & { performIO(query: SqlQuery): Promise<DriverResult> }} PgAdapter
 */

/** Type oids of pg_type.dat. */
const CHAR = 18;
const TEXT = 25;

/**
 * @prisma/adapter-pg 7.10.0 with what the schema engine needs of it and it lacks: whole scripts, `"char"` columns, a shadow database that is
 * not the real one. Pinned to that version: the mends reach into `performIO`.
 * @implements {MigrationAwareFactory}
 */
export class MigrationAdapterFactory {
  provider = /** @type {const} */ ('postgres');
  adapterName = /** @type {const} */ ('@prisma/adapter-pg');
  #url;
  #shadowUrl;

  /** @param {{ url?: string | undefined, shadowDatabaseUrl?: string | undefined }} datasource */
  constructor({ url, shadowDatabaseUrl }) {
    this.#url = url;
    this.#shadowUrl = shadowDatabaseUrl;
  }

  async connect() {
    return connectTo(this.#requiredUrl());
  }

  /** An empty database for the migrations to be tried on: the one named for it, else one that lives as long as the adapter. */
  async connectToShadowDb() {
    try {
      return await (this.#shadowUrl ? this.#namedShadow(this.#shadowUrl) : this.#ownShadow());
    } catch (error) {
      throw asDriverError(error);
    }
  }

  /** @param {string} shadowUrl */
  async #namedShadow(shadowUrl) {
    const [shadow, real] = [targetOf(shadowUrl), this.#url && targetOf(this.#url)];
    // It is about to be emptied.
    if (real && shadow.host === real.host && shadow.port === real.port && shadow.database === real.database) {
      throw new UserFacingError('P3014', 'SHADOW_DATABASE_URL names the same database as DATABASE_URL.');
    }
    await emptyDatabase(shadowUrl);
    return connectTo(shadowUrl);
  }

  async #ownShadow() {
    // The adapter's own passes the new name beside the connection string, which wins: its shadow is the real database.
    const url = withDatabase(this.#requiredUrl(), `prisma_migrate_shadow_db_${randomUUID()}`);
    await createDatabase(url);
    const adapter = await connectTo(url);
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = async () => {
      await dispose();
      await dropDatabase(url);
    };
    return adapter;
  }

  #requiredUrl() {
    if (!this.#url) throw asDriverError(new Error('This command needs a database: set DATABASE_URL.'));
    return this.#url;
  }
}

/** @param {string} url */
async function connectTo(url) {
  const { searchParams } = new URL(url);
  const factory = new PrismaPg(connectionOptions(url), { schema: searchParams.get('schema') ?? 'public' });
  return mend(/** @type {PgAdapter} */ (/** @type {unknown} */ (await factory.connect())));
}

/**
 * @param {PgAdapter} adapter
 * @returns {SqlDriverAdapter}
 */
function mend(adapter) {
  const { queryRaw } = adapter;

  // The adapter's own cuts at every «;», which breaks $$-quoted bodies, and loses the transaction that PostgreSQL puts around a script. A
  // query without arguments goes by the simple protocol: any number of statements, all or nothing.
  adapter.executeScript = async (script) => {
    await adapter.performIO({ sql: script, args: [], argTypes: [] }).catch((error) => {
      throw asDriverError(error);
    });
  };

  // `"char"`, which the catalogues are full of, is refused as unknown. It is handed on as text, and reported as what it is.
  adapter.queryRaw = async (query) => {
    const result = await adapter.performIO(query).catch((error) => {
      throw asDriverError(error);
    });
    const fields = result.fields.map((field) =>
      field.dataTypeID === CHAR ? { ...field, dataTypeID: TEXT } : field,
    );
    const answer = await queryRaw.call({ ...adapter, performIO: async () => ({ ...result, fields }) }, query);
    const columnTypes = answer.columnTypes.map((type, index) =>
      result.fields[index]?.dataTypeID === CHAR ? ColumnTypeEnum.Character : type,
    );
    return { ...answer, columnTypes };
  };
  return adapter;
}

/**
 * Other errors would reach the engine as a number («external error 0»).
 * @param {unknown} error
 */
function asDriverError(error) {
  if (error instanceof DriverAdapterError) return error;
  const { code, message } = UserFacingError.from(error);
  return new DriverAdapterError({
    kind: 'postgres',
    code: code ?? 'N/A',
    severity: 'ERROR',
    message,
    detail: undefined,
    column: undefined,
    hint: undefined,
  });
}
