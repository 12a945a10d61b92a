import type { Facts, PlatformFacts, ReplicaFacts } from '../../src/system/facts.js';

export const NOW = Date.UTC(2026, 10, 26, 9);
export const SECOND = 1_000;

/** A replica that runs well, as of its last heartbeat. */
export const replica = (fields: Partial<ReplicaFacts> = {}): ReplicaFacts => ({
  id: '00000000-0000-4000-8000-000000000001',
  host: 'one',
  pid: 11,
  version: '1.0.0',
  started_at: NOW - 86_400_000,
  seen_at: NOW - 2 * SECOND,
  silent_s: 2,
  jobs: [],
  parts: {},
  ...fields,
  measures: {
    database_latency_ms: 0.5,
    queue_depth: 0,
    queue_share: 0,
    event_loop_lag_ms: 1,
    event_loop_lag_max_ms: 9,
    ...fields.measures,
  },
});

export const platform = (fields: Partial<PlatformFacts> = {}): PlatformFacts => ({
  version: '18.4',
  partitions_missing: [],
  days_ahead: 7,
  oldest_day: '2026-11-18',
  rows_in_default: 0,
  rollup_deltas_waiting: 0,
  rollup_age_seconds: null,
  ...fields,
});

export interface FactsOptions extends Partial<Omit<Facts, 'shared'>> {
  /** The others. */
  others?: ReplicaFacts[];
  whole?: Partial<PlatformFacts>;
}

/** All is well, but for what a test says. */
export const facts = ({ others = [], whole, own = replica(), ...fields }: FactsOptions = {}): Facts => ({
  now: NOW,
  own,
  queue_available: true,
  queue_rows_fit: 20_000,
  pools: {},
  shared: { replicas: [own, ...others], platform: platform(whole) },
  disk_known: true,
  ...fields,
});

/** The same without an answer of the database. */
export const withoutDatabase = (fields: FactsOptions = {}): Facts => ({
  ...facts({ lost: { since: NOW - 12 * SECOND, why: 'connect ECONNREFUSED', away: true }, ...fields }),
  shared: undefined,
});
