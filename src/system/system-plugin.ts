import fp from 'fastify-plugin';
import { DatabaseSize } from './database-size.js';
import type { JobReport } from './job-report.js';
import { LatencyProbe } from './latency-probe.js';
import { OwnFacts } from './own-facts.js';
import type { PartProvider } from './part.js';
import { deleteOldSamples, insertSamples } from './queries/samples.js';
import {
  type MeasureProvider,
  readSystemMeasures,
  readWholeMeasures,
  type SystemMeasure,
} from './system-measures.js';
import { SystemWatch } from './system-watch.js';

export interface SystemOptions {
  /** This process: a UUID made at its start. */
  replica: string;
  queue: { available: boolean; depth: number };
  /** A folder on the database's volume, where the database is on this machine. */
  dataFolder?: string | undefined;
  /** How the jobs of this process went. */
  jobs: () => readonly JobReport[];
  /** Parts that report on themselves. */
  parts?: readonly PartProvider[];
  /** Further figures about the whole: see {@link MeasureProvider}. */
  measures?: readonly MeasureProvider[];
}

declare module 'fastify' {
  interface FastifyInstance {
    system: {
      watch: SystemWatch;
      /** As `readSystemMeasures`, with all providers. */
      measures: () => Promise<SystemMeasure[]>;
      /** Writes the minute's samples, where no other replica has; how many. */
      sample: () => Promise<number>;
      /** Deletes samples older than 8 days; how many. */
      forgetSamples: () => Promise<number>;
    };
  }
}

/** What the service knows of itself. A process that listens has a heartbeat; one that is injected into has none unless told to. */
export const systemPlugin = fp<SystemOptions>(
  async (app, { replica, queue, dataFolder, jobs, parts = [], measures = [] }) => {
    const { clock, config, database, log, metrics } = app;
    const { pools } = database;
    const probe = new LatencyProbe(pools.reader);
    const queueRows = config.QUEUE_ROWS;
    const own = new OwnFacts({
      replica,
      clock,
      pools,
      probe,
      queue,
      queueRows,
      metrics,
      dataFolder,
      jobs,
      parts,
    });
    const watch = new SystemWatch({
      replica,
      own,
      probe,
      size: new DatabaseSize(pools.reader),
      pool: pools.system,
      pools,
      queue,
      queueRows,
      diskKnown: dataFolder !== undefined,
      clock,
      log,
    });
    app.decorate('system', {
      watch,
      measures: () => readSystemMeasures(pools.system, clock(), measures),
      sample: async () =>
        insertSamples(pools.system, await readWholeMeasures(pools.system, clock(), measures)),
      forgetSamples: () => deleteOldSamples(pools.reader),
    });
    app.addHook('onListen', () => watch.start());
    app.addHook('onClose', () => watch.stop());
  },
  { name: 'system', dependencies: ['metrics'] },
);
