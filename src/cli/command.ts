import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadEnvironment, readSettings, SettingsError } from '../config.js';
import { Problem } from '../http/problem.js';
import { isDatabaseUnavailable } from '../store/database-errors.js';

/** What the person at the terminal has to mend: shown without a stack. */
export class UsageError extends Error {}

/** The database that a command works on: the one of DATABASE_URL, or the embedded one of a service that runs from this folder. */
export async function databaseUrl(): Promise<string> {
  const { DATABASE_URL, DATA_DIR } = readSettings(loadEnvironment());
  if (DATABASE_URL !== undefined) return DATABASE_URL;
  const file = join(DATA_DIR, 'database-url');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    throw new UsageError(
      `There is no DATABASE_URL, and no embedded database has been started here (${file} is missing).`,
    );
  }
}

/** Runs a command; what it throws is explained in plain words, and the exit code is 1. */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}

function explain(error: unknown): string {
  if (error instanceof Problem || error instanceof UsageError || error instanceof SettingsError)
    return error.message;
  if (isDatabaseUnavailable(error))
    return 'The database does not answer. The embedded one runs while the service does.';
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
