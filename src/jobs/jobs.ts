import { forgetCommits } from '../store/commits.js';
import type { Database } from '../store/database.js';
import { ensurePartitions } from '../store/partitions.js';
import { foldWhenDue } from '../store/rollups/fold-deltas.js';
import { forgetMinutes } from '../store/rollups/forget-minutes.js';
import type { Job } from './job-runner.js';
import type { RollupMetrics } from './rollup-metrics.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** What the service remembers of its own figures. */
export interface Samples {
  sample: () => Promise<number>;
  forgetSamples: () => Promise<number>;
}

/** What runs when, on one page. */
export const jobsOf = (
  { reader, pools }: Database,
  clock: () => number,
  rollups: RollupMetrics,
  samples: Samples,
): Job[] => [
  {
    // Partitions stand 7 days ahead, so that a day of failing runs costs nothing; hourly, so that a new replica need not be asked.
    name: 'partitions',
    everyMs: 60 * MINUTE,
    run: async () => {
      const made = await ensurePartitions(reader, clock());
      return made.length > 0 ? { made } : {};
    },
  },
  {
    // Looks whether it is time (0.3 ms); it is once a minute, or as soon as half a megabyte waits.
    name: 'fold-rollups',
    everyMs: SECOND,
    run: async () => ({ ...(await foldWhenDue(pools.reader, (waiting) => rollups.set(waiting))) }),
  },
  {
    name: 'forget-commits',
    everyMs: MINUTE,
    run: async () => {
      // Hundreds a second under load: how many is no news.
      await forgetCommits(pools.reader);
      return {};
    },
  },
  {
    name: 'forget-minutes',
    everyMs: 60 * MINUTE,
    run: async () => {
      const rows = await forgetMinutes(pools.reader, clock());
      return rows > 0 ? { rows } : {};
    },
  },
  {
    // One sample a minute; looked at three times, so that no minute is left out because a timer came late.
    name: 'sample-system',
    everyMs: 20 * SECOND,
    run: async () => {
      await samples.sample();
      return {};
    },
  },
  {
    name: 'forget-samples',
    everyMs: 60 * MINUTE,
    run: async () => {
      const rows = await samples.forgetSamples();
      return rows > 0 ? { rows } : {};
    },
  },
];
