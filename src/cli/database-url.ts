import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadEnvironment, readSettings } from '../config.js';
import { UsageError } from './command.js';

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
