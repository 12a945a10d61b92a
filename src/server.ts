import closeWithGrace from 'close-with-grace';
import { ensureFirstAdmin } from './access/ensure-first-admin.js';
import { announce } from './announce.js';
import { buildApp } from './app.js';
import { readSettings, SettingsError } from './config.js';
import { JobRunner } from './jobs/job-runner.js';
import { jobsOf } from './jobs/jobs.js';
import { createLog } from './log.js';
import { openDatabase } from './store/database.js';
import { ensurePartitions } from './store/partitions.js';
import { prepareDatabase } from './store/prepare-database.js';

/** Process: config → database → app → listen → graceful close. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const log = createLog(settings.LOG_LEVEL);
  const clock = Date.now;
  const { config, embedded } = await prepareDatabase(settings, log);
  const database = openDatabase({ url: config.DATABASE_URL, writers: config.QUEUE_WRITERS, log });
  const app = await buildApp({ config, database, log, clock });

  // What must be there before the first row; with a database that is away the service starts all the same, answers 503, and
  // catches up when it is back (the job below, and the readiness probe).
  const startUp = async () => {
    await ensurePartitions(database.reader, clock());
    return ensureFirstAdmin(database.reader, { email: config.ADMIN_EMAIL, password: config.ADMIN_PASSWORD });
  };
  const firstAdmin = await startUp().catch((error: unknown) => {
    log.error({ err: error }, 'the database does not answer yet');
    return undefined;
  });
  const jobs = new JobRunner(log, app.metrics);
  jobs.start(jobsOf(database.reader, clock));

  // 8 s for requests and queue leave 2 of the 10 that orchestrators give.
  closeWithGrace(
    { delay: 9_500, logger: { error: (error) => log.error({ err: error }, 'close failed') } },
    async ({ signal, err }) => {
      if (err) log.fatal({ err }, 'unexpected error: closing');
      log.info({ signal }, 'closing: requests under way finish, the queue drains');
      await app.close();
      await jobs.stop();
      await database.close();
      await embedded?.stop();
      log.info('closed');
      log.flush();
    },
  );

  await app.listen({ port: config.PORT, host: config.HOST });
  announce({ app, config, embedded: embedded !== undefined, firstAdmin });
}

try {
  await main();
} catch (error) {
  const text =
    error instanceof SettingsError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`\n${text}\n\n`);
  process.exit(1);
}
