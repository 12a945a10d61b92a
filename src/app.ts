import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  LogController,
} from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { accessPlugin } from './access/access-plugin.js';
import { accountRoutes } from './access/account-routes.js';
import { apiKeyRoutes } from './access/api-key-routes.js';
import { authRoutes } from './access/auth-routes.js';
import { alertingRoutes, alertsPlugin } from './alerts/alerts-plugin.js';
import { channelRoutes } from './alerts/channels/channel-routes.js';
import { channelsPlugin } from './alerts/channels/channels-plugin.js';
import { deliveryRoutes } from './alerts/channels/delivery-routes.js';
import { countFailedDeliveries } from './alerts/channels/queries/count-failed-deliveries.js';
import { findUnknownChannels } from './alerts/channels/queries/find-unknown-channels.js';
import { queueDeliveries } from './alerts/channels/queue-deliveries.js';
import { activeFindings } from './alerts/users/queries/active-findings.js';
import { findingsDuring } from './alerts/users/queries/findings-during.js';
import { unusualUserRoutes } from './alerts/users/unusual-user-routes.js';
import { UserWatcher } from './alerts/users/watch-users.js';
import { actionListRoutes } from './analytics/action-list-routes.js';
import { analyticsRoutes } from './analytics/analytics-routes.js';
import { eventListRoutes } from './analytics/event-list-routes.js';
import { orderRoutes } from './analytics/order-routes.js';
import type { Config } from './config.js';
import { answerCache } from './http/answer-cache.js';
import { clientAddress } from './http/client-address.js';
import { conditional } from './http/conditional.js';
import { docsPage } from './http/docs-page.js';
import { errorHandler } from './http/error-handler.js';
import { gracefulClose } from './http/graceful-close.js';
import { healthRoutes } from './http/health-routes.js';
import { inflateBodies } from './http/inflate-bodies.js';
import { jsonBody } from './http/json-body.js';
import { metricsPlugin } from './http/metrics.js';
import { openapi } from './http/openapi.js';
import { problemRoutes } from './http/problem-routes.js';
import { rateLimitPlugin } from './http/rate-limit.js';
import { routeList } from './http/route-list.js';
import { corsByList, securityHeaders } from './http/security.js';
import { CommitQueue } from './ingest/commit-queue.js';
import { ingestPlugin } from './ingest/ingest-plugin.js';
import { ingestRoutes } from './ingest/ingest-routes.js';
import { ownCallLog } from './ingest/own-call-log.js';
import { QueueMetrics } from './ingest/queue-metrics.js';
import { redactText } from './ingest/redact/redact-text.js';
import { RedactionTally } from './ingest/redact/redaction-tally.js';
import { JobRunner } from './jobs/job-runner.js';
import { livePlugin, liveRoutes } from './live/live-routes.js';
import { CommitBus } from './store/commit-bus.js';
import { recordMessages } from './store/commits.js';
import type { Database } from './store/database.js';
import { insertRows } from './store/insert-rows.js';
import { newUuidV7 } from './store/new-uuid-v7.js';
import { readMinutes } from './store/rollups/read-minutes.js';
import { RollupMemory } from './store/rollups/rollup-memory.js';
import { listenPart } from './system/parts/listen.js';
import { type MeasureProvider, measuresDuring, readSystemSamples } from './system/system-measures.js';
import { systemPlugin } from './system/system-plugin.js';
import { systemRoutes } from './system/system-routes.js';

/** All that the app needs from outside: nothing below reads the environment, the wall clock or a global. */
export interface Deps {
  config: Config;
  database: Database;
  log: Logger;
  /** Unix milliseconds. */
  clock: () => number;
  /** This process among the replicas: a UUID made at its start. */
  replica: string;
  /** A folder on the volume that the database is on, where it is on this machine. */
  dataFolder?: string | undefined;
}

declare module 'fastify' {
  interface FastifyInstance {
    config: Config;
    database: Database;
    /** Unix milliseconds. */
    clock: () => number;
    /** This process among the replicas: a UUID made at its start. */
    replica: string;
    /** Runs what runs by the clock, once it is given it. */
    jobs: JobRunner;
    /** Tells what was just committed. */
    commitBus: CommitBus;
  }
}

/** A figure that is sampled once a minute counts for so long at most, in ms. */
const OLDEST_SAMPLE = 90_000;
const HOUR = 3_600_000;

/** How long the queue may still write after the last request was answered, in ms. */
const DRAIN = 5_000;

/** The whole service, ready to listen or to be injected into. Registrations stand in the order that data flows. */
export async function buildApp({
  config,
  database,
  log,
  clock,
  replica,
  dataFolder,
}: Deps): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    // One line a request is written by the hook pair's row; the log keeps what fails.
    logController: new LogController({ disableRequestLogging: true }),
    // A child logger for each request would cost it 2 µs; whoever logs a request says which (`req`).
    childLoggerFactory: (logger) => logger,
    genReqId: () => newUuidV7(clock()),
    trustProxy: config.TRUSTED_PROXIES.length > 0 ? config.TRUSTED_PROXIES : false,
    bodyLimit: config.LIMIT_BODY,
    // A name in an address may have 255 characters (a user_id), each of which takes up to nine when it is percent-encoded.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 9 * 255 },
    // See gracefulClose.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    requestTimeout: 30_000,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);

  const commitBus = new CommitBus();
  app.decorate('config', config);
  app.decorate('database', database);
  app.decorate('clock', clock);
  app.decorate('replica', replica);
  app.decorate('commitBus', commitBus);

  // What every route shares.
  await app.register(routeList);
  await app.register(gracefulClose);
  await app.register(clientAddress);
  await app.register(errorHandler);
  await app.register(openapi);
  await app.register(corsByList);
  await app.register(jsonBody);
  await app.register(rateLimitPlugin);

  // In: who is it, then the way of a row.
  await app.register(metricsPlugin);
  await app.register(answerCache);
  const jobs = new JobRunner(log, app.metrics, clock);
  app.decorate('jobs', jobs);
  const queue = new CommitQueue({
    write: (rows) => insertRows(database.pools.writer, rows, replica),
    probe: () => database.pools.writer.query('SELECT 1'),
    bus: commitBus,
    metrics: new QueueMetrics(app.metrics),
    log,
    writers: config.QUEUE_WRITERS,
    maxRows: config.QUEUE_ROWS,
    maxBytes: config.QUEUE_BYTES,
    maxOwnCalls: config.QUEUE_OWN_CALLS,
    deadline: config.QUEUE_DEADLINE,
  });
  app.addHook('onClose', () => queue.close(DRAIN));
  await app.register(ingestPlugin, { queue });
  await app.register(ownCallLog, { queue });
  await app.register(accessPlugin);
  await app.register(livePlugin);
  const { reader } = database.pools;
  const failedDeliveries: MeasureProvider = async () => ({
    notification_failures: await countFailedDeliveries(reader, clock() - HOUR),
  });
  await app.register(systemPlugin, {
    replica,
    queue,
    dataFolder,
    jobs: () => jobs.records,
    parts: [{ part: 'listen', report: () => listenPart(app.liveHub.state) }],
    measures: [failedDeliveries],
  });
  await app.register(channelsPlugin, { redact: (text) => redactText(text, new RedactionTally()) });
  const memory = new RollupMemory();
  const userWatcher = new UserWatcher({ log });
  // Hooks of closing run from the last to the first: the engine stands still by then, and the database is there.
  app.addHook('onClose', async () => {
    await userWatcher.save(reader, clock());
  });
  await app.register(alertsPlugin, {
    replica: replica,
    minutes: (from, to) => readMinutes(reader, memory, from, to),
    figures: () => app.system.measures(),
    figuresDuring: async (from, to) =>
      measuresDuring(await readSystemSamples(reader, from - OLDEST_SAMPLE, to)),
    before: async (client, at) => {
      await userWatcher.watchUsers(client, at);
    },
    findings: (at) => activeFindings(reader, at),
    findingsDuring: (from, to) => findingsDuring(reader, from, to),
    deliver: queueDeliveries,
    announce: async (client, alerts) => {
      const messages = alerts.map((data) => ({ type: 'alert' as const, data }));
      await recordMessages(client, replica, messages);
    },
    unknownChannels: (ids) => findUnknownChannels(reader, ids),
  });

  await app.register(intake);
  await app.register(answers, { queue, memory });
  return app;
}

/** Apps send here by the thousand a second, so this scope has only the hooks that it needs. */
const intake: FastifyPluginAsync = async (app) => {
  await app.register(inflateBodies);
  await app.register(ingestRoutes, { prefix: '/api' });
};

/** Out: signed in to, asked, pushed, watched, by browsers too. */
const answers: FastifyPluginAsync<{ queue: CommitQueue; memory: RollupMemory }> = async (
  app,
  { queue, memory },
) => {
  await app.register(securityHeaders);
  await app.register(conditional);
  await app.register(authRoutes, { prefix: '/api' });
  await app.register(accountRoutes, { prefix: '/api' });
  await app.register(apiKeyRoutes, { prefix: '/api' });
  await app.register(actionListRoutes, { prefix: '/api', memory });
  await app.register(eventListRoutes, { prefix: '/api', memory });
  await app.register(orderRoutes, { prefix: '/api' });
  await app.register(unusualUserRoutes, { prefix: '/api' });
  await app.register(analyticsRoutes, { prefix: '/api/analytics', memory });
  await app.register(analyticsRoutes, { prefix: '/analytics', alias: true, memory });
  await app.register(alertingRoutes, { prefix: '/api' });
  await app.register(channelRoutes, { prefix: '/api' });
  await app.register(deliveryRoutes, { prefix: '/api' });
  await app.register(liveRoutes);
  await app.register(systemRoutes, { prefix: '/api' });
  await app.register(healthRoutes, { queue, maxRows: app.config.QUEUE_ROWS });
  await app.register(problemRoutes);
  await app.register(docsPage);
};
