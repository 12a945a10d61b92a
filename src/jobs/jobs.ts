import type { PrismaClient } from '../generated/prisma/client.js';
import { ensurePartitions } from '../store/partitions.js';
import type { Job } from './job-runner.js';

const MINUTE = 60_000;

/** What runs when, on one page. */
export const jobsOf = (prisma: PrismaClient, clock: () => number): Job[] => [
  {
    // Partitions stand 7 days ahead, so that a day of failing runs costs nothing; hourly, so that a new replica need not be asked.
    name: 'partitions',
    everyMs: 60 * MINUTE,
    run: async () => {
      const made = await ensurePartitions(prisma, clock());
      return made.length > 0 ? { made } : {};
    },
  },
];
