#!/usr/bin/env node
// @ts-check
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { canConnectToDatabase, createDatabase, dropDatabase } from './database-commands.mjs';
import { serveRequests } from './serve-requests.mjs';
import { StandInEngine } from './stand-in-engine.mjs';
import { UserFacingError } from './user-facing-error.mjs';
import { loadWasmEngine } from './wasm-module.mjs';

/**
 * Stands in for Prisma's native `schema-engine`: the same command line and the same protocol, over the WebAssembly build of the same
 * engine. Why it exists: docs/decisions/0002-schema-engine-stand-in.md. The CLI calls it in three ways:
 *
 *     schema-engine --version
 *     schema-engine --datasource <json> cli can-connect-to-database|create-database|drop-database
 *     schema-engine --datamodels <path>… --datasource <json>          JSON-RPC, a line each way, until stdin ends
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  // Preview features and extension types may be passed too; this schema has none, so they are accepted and not used.
  strict: false,
  options: {
    version: { type: 'boolean', short: 'V' },
    datasource: { type: 'string' },
    datamodels: { type: 'string', multiple: true },
    'enabled-preview-features': { type: 'string' },
    'extension-types': { type: 'string' },
  },
});

/** @type {{ url?: string, shadowDatabaseUrl?: string }} */
const datasource = typeof values.datasource === 'string' ? JSON.parse(values.datasource) : {};

/** @type {Record<string, (url: string) => Promise<unknown>>} */
const commands = {
  'can-connect-to-database': canConnectToDatabase,
  'create-database': createDatabase,
  'drop-database': dropDatabase,
};

/**
 * One line of the native engine's log, which the CLI parses.
 * @param {'INFO' | 'ERROR'} level
 * @param {object} fields
 */
function log(level, fields) {
  const line = { timestamp: new Date().toISOString(), level, fields, target: 'schema_engine::logger' };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

// Stderr is parsed: a warning of Node or the driver (as on sslmode) would break that, or stand in for the error.
process.removeAllListeners('warning').on('warning', () => {});

async function main() {
  if (values.version) {
    process.stdout.write(`schema-engine-cli ${(await loadWasmEngine()).version()}\n`);
    return;
  }
  if (positionals[0] === 'cli') {
    // The CLI skips the first line of stderr, whatever it says.
    log('INFO', { message: 'WebAssembly stand-in of the schema engine' });
    const command = commands[positionals[1] ?? ''];
    if (command === undefined) throw new Error(`unknown command «${positionals.slice(1).join(' ')}»`);
    await command(datasource.url ?? '');
    return;
  }
  /** @type {[string, string][]} */
  const datamodels = [values.datamodels ?? []]
    .flat()
    .map((path) => [String(path), readFileSync(String(path), 'utf8')]);
  const engine = new StandInEngine({ datamodels, datasource });
  await serveRequests(process.stdin, process.stdout, engine);
  await engine.close();
}

try {
  await main();
  process.exit(0);
} catch (error) {
  const { code, message } = UserFacingError.from(error);
  log('ERROR', { is_panic: false, error_code: code, message });
  process.exit(1);
}
