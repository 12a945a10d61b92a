import { z } from 'zod';
import { timeSchema } from './common.js';

/**
 * Every figure that the service keeps of itself, with its unit: a rule may be set on each. The first group is about one replica, the second about
 * the whole service.
 */
export const systemMeasures = {
  /** Of a `SELECT 1` through the pool that questions use, its wait for a connection included: median of the last five, taken every 5 s. */
  database_latency_ms: 'ms',
  /** Rows that wait for a writer. */
  queue_depth: 'rows',
  /** The same, of what fits. */
  queue_share: '%',
  /** How late timers fire: 99th percentile, and longest, of the last 5 s. */
  event_loop_lag_ms: 'ms',
  event_loop_lag_max_ms: 'ms',
  heap_mb: 'MB',
  rss_mb: 'MB',
  /** Of the volume that the embedded database is on; not there with a database elsewhere. */
  disk_free_percent: '%',
  disk_free_bytes: 'bytes',
  /** Connections that nobody uses, and callers that wait for one, all pools together. */
  connections_idle: 'connections',
  connections_waiting: 'callers',
  live_clients: 'clients',
  /** Rows of the own-call log given up in the last 5 minutes. */
  own_calls_dropped: 'rows',

  /** Of today and the next 3 days, all three tables: 0 or somebody should look. */
  partitions_missing: 'partitions',
  /** Rows that no day's partition took; counted up to 1,000 a table. */
  rows_in_default: 'rows',
  /** How long the oldest counts wait to be folded into the rollups; 0 when none wait. */
  rollup_age_seconds: 's',
  rollup_deltas_waiting: 'deltas',
  /** Replicas seen in the last 15 s. */
  replicas: 'replicas',
  /** Notifications that could not be delivered in the last hour. */
  notification_failures: 'deliveries',
} as const;
export type SystemMeasureName = keyof typeof systemMeasures;

export const partStates = ['ok', 'degraded', 'down', 'unknown'] as const;
export const partStateSchema = z
  .enum(partStates)
  .describe(
    'ok; degraded: it works, and somebody should look; down: it does not work; unknown: nothing is known, and `why` says why not',
  );
export type PartState = z.infer<typeof partStateSchema>;

export const figureSchema = z.object({ value: z.number(), unit: z.string() });
export type Figure = z.infer<typeof figureSchema>;

export const systemPartSchema = z.object({
  part: z
    .string()
    .describe(
      'database, queue, replicas, listen, jobs, disk, partitions, retention, last_report, rollups, event_loop',
    ),
  state: partStateSchema,
  since: timeSchema.describe('Since when it is in this state; kept over restarts'),
  why: z.string().describe('In plain words, with the figures that decide'),
  figure: figureSchema.nullable().describe('The one figure to watch'),
  details: z.record(z.string(), z.unknown()).optional().describe('More figures; differs by part'),
});
export type SystemPart = z.infer<typeof systemPartSchema>;

export const systemHealthSchema = z
  .object({
    status: z
      .enum(['ok', 'degraded', 'down'])
      .describe(
        'down: nothing can be stored or read (database or queue is down); degraded: any part is not well',
      ),
    at: timeSchema,
    parts: z.array(systemPartSchema),
  })
  .meta({
    examples: [
      {
        status: 'degraded',
        at: '2026-11-26T09:00:00.000Z',
        parts: [
          {
            part: 'database',
            state: 'ok',
            since: '2026-11-24T08:12:03.512Z',
            why: 'PostgreSQL 18.4 answers in 0.6 ms.',
            figure: { value: 0.6, unit: 'ms' },
            details: { version: '18.4', size_bytes: 734003200 },
          },
          {
            part: 'disk',
            state: 'degraded',
            since: '2026-11-26T07:40:10.004Z',
            why: '12 % of the disk is free (24.1 GB); below 15 % somebody should make room, below 5 % the database may stop.',
            figure: { value: 12.3, unit: '%' },
          },
        ],
      },
    ],
  });
export type SystemHealth = z.infer<typeof systemHealthSchema>;
