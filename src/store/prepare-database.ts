import type { Logger } from 'pino';
import { type Config, type Settings, SettingsError } from '../config.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/embedded-postgres.js';
import { keptSecret } from './kept-secret.js';
import { migrate } from './migrate.js';

const SECRET_BYTES = 32;

/**
 * Finds the database and the signing secret. With DATABASE_URL both are the operator's; without it a PostgreSQL of our own starts under
 * DATA_DIR and is migrated, and the secret is made once and kept beside it.
 */
export async function prepareDatabase(
  settings: Settings,
  log: Logger,
): Promise<{ config: Config; embedded?: EmbeddedPostgres }> {
  const { DATABASE_URL, JWT_SECRET } = settings;
  if (JWT_SECRET !== undefined && Buffer.byteLength(JWT_SECRET) < SECRET_BYTES) {
    throw new SettingsError(
      `JWT_SECRET must have at least ${SECRET_BYTES} bytes. Make one: openssl rand -base64 48`,
    );
  }
  if (DATABASE_URL !== undefined) {
    if (JWT_SECRET === undefined) {
      throw new SettingsError(
        `JWT_SECRET is required with DATABASE_URL (at least ${SECRET_BYTES} bytes, the same on every replica). ` +
          'Make one: openssl rand -base64 48',
      );
    }
    return { config: { ...settings, DATABASE_URL, JWT_SECRET } };
  }
  const embedded = await startEmbeddedPostgres({ dataDir: settings.DATA_DIR, log });
  try {
    await migrate(embedded.url, log);
    const secret = JWT_SECRET ?? (await keptSecret(settings.DATA_DIR, 'jwt-secret'));
    return { config: { ...settings, DATABASE_URL: embedded.url, JWT_SECRET: secret }, embedded };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}
