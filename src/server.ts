import { randomUUID } from 'node:crypto';
import closeWithGrace from 'close-with-grace';
import { announce, announceAdmin } from './announce.js';
import { buildApp } from './app.js';
import { boundHeap } from './bound-heap.js';
import { loadEnvironment, readSettings, SettingsError } from './config.js';
import { jobsOf } from './jobs/jobs.js';
import { RollupMetrics } from './jobs/rollup-metrics.js';
import { createLog } from './log.js';
import { startUp } from './start-up.js';
import { openDatabase } from './store/database.js';
import { prepareDatabase } from './store/prepare-database.js';

/** Milliseconds in which everything must be closed: orchestrators give 10 s. */
const CLOSE_WITHIN = 9_500;

/** Process: config → database → app → listen → graceful close. */
async function main(): Promise<void> {
  const settings = readSettings(loadEnvironment());
  const log = createLog(settings.LOG_LEVEL);
  const clock = Date.now;
  const { config, embedded } = await prepareDatabase(settings, log);
  try {
    const database = openDatabase({ url: config.DATABASE_URL, writers: config.QUEUE_WRITERS, log });
    const app = await buildApp({
      config,
      database,
      log,
      clock,
      replica: randomUUID(),
      dataFolder: embedded?.cluster,
    });
    await app.ready();
    await startUp({ config, database, log, clock, onFirstAdmin: announceAdmin });
    await app.listen({ port: config.PORT, host: config.HOST });
    app.deliveryWorker.start();
    app.alertEngine.start();
    app.jobs.start(jobsOf(database, clock, new RollupMetrics(app.metrics), app.system));

    const logger = { error: (error: unknown) => log.error({ err: error }, 'close failed') };
    closeWithGrace({ delay: CLOSE_WITHIN, logger }, async ({ signal, err }) => {
      if (err) log.fatal({ err }, 'unexpected error: closing');
      log.info({ signal }, 'closing: requests under way finish, the queue drains');
      await app.close();
      await app.jobs.stop();
      await database.close();
      await embedded?.stop();
      log.info('closed');
      log.flush();
    });
    announce({ app, config, embedded: embedded !== undefined });
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

boundHeap();
try {
  await main();
} catch (error) {
  const text =
    error instanceof SettingsError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`\n${text}\n\n`);
  process.exit(1);
}
