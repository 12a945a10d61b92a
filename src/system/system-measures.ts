import type pg from 'pg';
import { type SystemMeasureName, systemMeasures } from '../contract/system.js';
import { isSeen, type Measures, type PlatformFacts } from './facts.js';
import { getPlatform } from './queries/get-platform.js';
import { getReplicas } from './queries/get-replicas.js';
import { getSamples, WHOLE } from './queries/samples.js';

/** A figure that the service knows of itself. */
export interface SystemMeasure {
  measure: SystemMeasureName;
  /** Which replica says so; null: it is about the whole. */
  replica: string | null;
  value: number;
  unit: string;
}

/**
 * Another part's figures about the whole, such as `notification_failures` of whoever delivers: given to the system plugin as `measures`, asked with the
 * others and sampled with them. What rejects is left out, for this time, so do not
 * ask within a transaction, which it would abort.
 */
export type MeasureProvider = (client: pg.Pool | pg.ClientBase, now: number) => Promise<Measures>;

/** How things are now (Unix ms): every replica's figures as of its last heartbeat, 5 s old at most, and the whole's. Rejects without a database. */
export async function readSystemMeasures(
  client: pg.Pool | pg.ClientBase,
  now: number,
  providers: readonly MeasureProvider[] = [],
): Promise<SystemMeasure[]> {
  const replicas = (await getReplicas(client)).filter(isSeen);
  const whole = await readWhole(client, now, providers);
  return [
    ...replicas.flatMap(({ id, measures }) => list(id, measures)),
    ...list(null, { ...whole, replicas: replicas.length }),
  ];
}

/** The figures about the whole, all but how many replicas there are. */
async function readWhole(
  client: pg.Pool | pg.ClientBase,
  now: number,
  providers: readonly MeasureProvider[],
): Promise<Measures> {
  const whole = measuresOf(await getPlatform(client, now));
  // One after the other: a client does one at a time.
  for (const provider of providers) Object.assign(whole, await provider(client, now).catch(() => ({})));
  return whole;
}

/** What a sample of the whole holds. */
export async function readWholeMeasures(
  client: pg.Pool | pg.ClientBase,
  now: number,
  providers: readonly MeasureProvider[],
): Promise<Measures> {
  const replicas = (await getReplicas(client)).filter(isSeen);
  return { ...(await readWhole(client, now, providers)), replicas: replicas.length };
}

const measuresOf = (platform: PlatformFacts): Measures => ({
  partitions_missing: platform.partitions_missing.length,
  rows_in_default: platform.rows_in_default,
  rollup_age_seconds: platform.rollup_age_seconds ?? 0,
  rollup_deltas_waiting: platform.rollup_deltas_waiting,
});

const list = (replica: string | null, measures: Measures): SystemMeasure[] =>
  (Object.entries(measures) as [SystemMeasureName, number][]).map(([measure, value]) => ({
    measure,
    replica,
    value,
    unit: systemMeasures[measure],
  }));

/** How things were at the start of a minute. */
export interface SystemSample {
  /** Unix ms. */
  at: number;
  replica: string | null;
  measures: SystemMeasure[];
}

/** How things were in [from, to), Unix ms, at most 8 days back: a sample a minute and replica, and one of the whole, oldest first. */
export async function readSystemSamples(
  client: pg.Pool | pg.ClientBase,
  from: number,
  to: number,
): Promise<SystemSample[]> {
  const samples = await getSamples(client, from, to);
  return samples.map(({ at, replica, measures }) => {
    const id = replica === WHOLE ? null : replica;
    return { at, replica: id, measures: list(id, measures) };
  });
}

/** Milliseconds that a sample stands for when none follows: the next minute's may be late by half of one. */
const STANDS_FOR = 90_000;

/** Each figure with the time during which it was the newest of its replica: up to the next sample, 90 s at most. Pure. */
export function measuresDuring(
  samples: readonly SystemSample[],
): { from: number; to: number; what: SystemMeasure }[] {
  const next = new Map<string | null, number>();
  return [...samples]
    .sort((a, b) => b.at - a.at)
    .flatMap(({ at, replica, measures }) => {
      const to = Math.min(next.get(replica) ?? Infinity, at + STANDS_FOR);
      next.set(replica, at);
      return measures.map((what) => ({ from: at, to, what }));
    })
    .reverse();
}
