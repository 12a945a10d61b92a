import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ensureFirstAdmin, type FirstAdmin } from './access/ensure-first-admin.js';
import { migrateQueue } from './alerts/channels/migrate-queue.js';
import { ensureDefaultRules } from './alerts/rules/ensure-default-rules.js';
import { type Config, SettingsError } from './config.js';
import type { Database } from './store/database.js';
import { ensurePartitions } from './store/partitions.js';

/** Milliseconds between tries to find the database ready. */
const RETRY = 2_000;

export interface StartUpOptions {
  config: Config;
  database: Database;
  log: Logger;
  clock: () => number;
  onFirstAdmin: (admin: FirstAdmin) => void;
}

/**
 * Makes what must be there before the first row: partitions, the job queue's schema and the first admin. A database that is away, or not migrated yet, does not stop the
 * start: the service answers 503, and this goes on behind it until it is done. Throws {@link SettingsError} for settings that are wrong.
 */
export async function startUp(options: StartUpOptions): Promise<void> {
  if (await tryOnce(options)) return;
  const untilDone = async () => {
    do await sleep(RETRY, undefined, { ref: false });
    while (!(await tryOnce(options)));
  };
  // A rejection here is a setting that is wrong: unhandled, it ends the process, as it would have at the start.
  void untilDone();
}

async function tryOnce({ config, database, log, clock, onFirstAdmin }: StartUpOptions): Promise<boolean> {
  try {
    await ensurePartitions(database.reader, clock());
    await migrateQueue(config.DATABASE_URL, log);
    await ensureDefaultRules(database.pools.reader, clock());
    onFirstAdmin(
      await ensureFirstAdmin(
        database.reader,
        { email: config.ADMIN_EMAIL, password: config.ADMIN_PASSWORD },
        clock(),
      ),
    );
    return true;
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    log.error(
      { err: error },
      'the database is not ready: is it there, and migrated (npx prisma migrate deploy)?',
    );
    return false;
  }
}
