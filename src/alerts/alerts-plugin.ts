import type { FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';
import type pg from 'pg';
import type { MinuteFigures } from '../store/rollups/minute-figures.js';
import { alertRoutes } from './alert-routes.js';
import { AlertEngine } from './engine/alert-engine.js';
import { EngineMetrics } from './engine/engine-metrics.js';
import { type LiveSources, liveWorld } from './engine/live-world.js';
import type { AlertSinks } from './engine/record-changes.js';
import type { PastSources } from './past/database-past.js';
import { getMinutesSince } from './queries/get-minutes-since.js';
import { type RuleRoutesOptions, ruleRoutes } from './rules/rule-routes.js';
import { silenceRoutes } from './silence-routes.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Looks at the rules; whoever runs the service starts it. */
    alertEngine: AlertEngine;
    /** For the routes of rules, alerts and silences. */
    alertParts: RuleRoutesOptions;
  }
}

/** What rules look at, and who hears of alerts: the other parts of the service, handed in. */
export interface AlertsOptions extends AlertSinks, LiveSources, Omit<PastSources, 'minutes'> {
  replica: string;
  /** Minutes of [from, to) that hold anything, Unix ms, oldest first. */
  minutes: (from: number, to: number) => Promise<readonly MinuteFigures[]>;
  /** What has to be brought up to date before rules look. */
  before?: (client: pg.ClientBase, at: number) => Promise<void>;
  /** Those of some channels that there are not. */
  unknownChannels: (ids: readonly string[]) => Promise<string[]>;
}

/** Raised: the engine that looks at the rules, and what their routes need. */
export const alertsPlugin = fp<AlertsOptions>(
  async (app, options) => {
    const { clock, log } = app;
    const pool = app.database.pools.reader;
    const world = liveWorld(pool, options);
    const engine = new AlertEngine({
      ...options,
      ...{ pool, clock, log, world },
      metrics: new EngineMetrics(app.metrics),
    });
    app.decorate('alertEngine', engine);
    app.decorate('alertParts', {
      ...options,
      ...{ pool, clock, past: options },
      present: { minutes: options.minutes, world },
      minutesSince: () => getMinutesSince(pool),
    });
    app.addHook('onClose', () => engine.stop());
  },
  { name: 'alerts', dependencies: ['metrics'] },
);

/** The routes of rules, alerts and silences. */
export const alertingRoutes: FastifyPluginAsync = async (app) => {
  await app.register(alertRoutes, app.alertParts);
  await app.register(silenceRoutes);
  await app.register(ruleRoutes, app.alertParts);
};
