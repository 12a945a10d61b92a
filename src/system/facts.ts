import type { SystemMeasureName } from '../contract/system.js';
import type { JobReport } from './job-report.js';
import type { PartReport } from './part.js';

export type Measures = Partial<Record<SystemMeasureName, number>>;

/** What a process knows of itself, or has said of itself by its heartbeat. */
export interface ReplicaFacts {
  id: string;
  host: string;
  pid: number;
  version: string;
  /** Unix ms. */
  started_at: number;
  /** Of its last heartbeat, Unix ms; null: it could not send one yet. */
  seen_at: number | null;
  /** Seconds since then by the database's clock. */
  silent_s: number;
  measures: Measures;
  jobs: readonly JobReport[];
  /** What its providers say, by part. */
  parts: Readonly<Record<string, PartReport>>;
}

/** What the database tells about the whole. */
export interface PlatformFacts {
  /** Of PostgreSQL, such as 18.4. */
  version: string;
  /** Of today and the next 3 days: names of partitions that are not there. */
  partitions_missing: readonly string[];
  /** How many days after today have a partition in each table, without a gap. */
  days_ahead: number;
  /** ISO date of the oldest day with a partition; null: none at all. */
  oldest_day: string | null;
  /** Up to 1,000 a table. */
  rows_in_default: number;
  rollup_deltas_waiting: number;
  /** null: none waits. */
  rollup_age_seconds: number | null;
}

/** Why the database did not say what it was asked. */
export interface Lost {
  /** Unix ms. */
  since: number;
  why: string;
  /** It did not answer at all; else it answered with an error (a table that is not there). */
  away: boolean;
}

/** All that one look goes by. */
export interface Facts {
  /** Unix ms. */
  now: number;
  /** This process, as of now. */
  own: ReplicaFacts;
  /** Whether the database takes the rows of this process's commit queue. */
  queue_available: boolean;
  queue_rows_fit: number;
  /** By pool of this process: connections open and idle, and callers that wait for one. */
  pools: Readonly<Record<string, { open: number; idle: number; waiting: number }>>;
  /** What the database said; undefined: it did not answer. */
  shared?: { replicas: readonly ReplicaFacts[]; platform: PlatformFacts } | undefined;
  /** Why it did not. */
  lost?: Lost | undefined;
  /** What the database takes on disk; undefined: not known yet. */
  database_bytes?: number | undefined;
  /** Whether the database is on a volume that this process can look at. */
  disk_known: boolean;
}

/** Three missed heartbeats. */
export const GONE_AFTER_S = 15;

export const isSeen = ({ silent_s }: ReplicaFacts): boolean => silent_s < GONE_AFTER_S;

/** This process as of now, and the others that are there, as of their heartbeats. */
export const seenReplicas = ({ own, shared }: Facts): ReplicaFacts[] => [
  own,
  ...(shared?.replicas.filter((replica) => replica.id !== own.id && isSeen(replica)) ?? []),
];
