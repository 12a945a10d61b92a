import { accessSync, chmodSync, constants, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const SCRIPT = join(import.meta.dirname, 'schema-engine.mjs');

/**
 * Points Prisma's CLI at the stand-in engine, only where the native one was not downloaded (no way to its host, `--ignore-scripts`) and
 * nobody named another. Where the native engine is, nothing changes.
 */
export function useStandInEngine(environment: NodeJS.ProcessEnv): void {
  // The second name is deprecated, and still honoured by the CLI.
  if (environment.PRISMA_SCHEMA_ENGINE_BINARY || environment.PRISMA_MIGRATION_ENGINE_BINARY) return;
  if (hasNativeEngine()) return;
  environment.PRISMA_SCHEMA_ENGINE_BINARY = executablePath();
  // Its first line asks for `node`, which a service started by an absolute path may not find; and it shall be the same one.
  environment.PATH = [dirname(process.execPath), environment.PATH].join(delimiter);
}

/** Asked from where the CLI asks, since npm may nest @prisma/engines below `prisma`. */
function hasNativeEngine(): boolean {
  const fromCli = createRequire(createRequire(import.meta.url).resolve('prisma/package.json'));
  const folder = dirname(dirname(fromCli.resolve('@prisma/engines')));
  return readdirSync(folder).some((file) => file.startsWith('schema-engine-'));
}

/** The script itself, which git keeps executable; archives and some copies lose the bit, and a read-only one cannot get it back. */
function executablePath(): string {
  if (isExecutable(SCRIPT)) return SCRIPT;
  try {
    chmodSync(SCRIPT, 0o755);
    return SCRIPT;
  } catch {
    return temporaryWrapper();
  }
}

function temporaryWrapper(): string {
  const folder = mkdtempSync(join(tmpdir(), 'schema-engine-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const wrapper = join(folder, 'schema-engine');
  writeFileSync(wrapper, `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(SCRIPT)} "$@"\n`, {
    mode: 0o755,
  });
  return wrapper;
}

const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
