import { LRUCache } from 'lru-cache';
import { DistinctSet } from './distinct-set.js';
import type { Run } from './grains.js';
import type { Ask } from './read-rollups.js';
import { at } from './rollup-delta.js';
import { runArrays } from './run-arrays.js';

/** Bytes of sets that a process remembers: two months of days of 32 KiB for everybody and each user type are 12 MB. */
const REMEMBERED_BYTES = 24 * 1_024 * 1_024;
/** Unions of many sets, each at most 128 KiB decoded. */
const REMEMBERED_UNIONS = 60;

interface SetKey {
  /** grain, bucket and user type. */
  key: string;
  user_type: string;
  version: string;
}

/**
 * The distinct users of spans, by user type. A set is up to 60 kB and a month has dozens, nearly all of days that are over, so a process remembers
 * sets, and what many of them come to together, under the version of the fold that wrote them. Each question asks for the versions (they are a few
 * bytes each) and reads only the sets that it does not know: what it answers is as fresh as if it had read them all.
 */
export class UserSets {
  readonly #sets = new LRUCache<string, Buffer>({
    maxSize: REMEMBERED_BYTES,
    sizeCalculation: (set) => set.length,
  });
  readonly #unions = new LRUCache<string, Buffer>({ max: REMEMBERED_UNIONS });

  /** The users of some runs of buckets, by user type; '' is everybody. `userTypes` undefined: all types. */
  async unionOf(
    ask: Ask,
    runs: readonly Run[],
    userTypes?: readonly string[],
  ): Promise<Map<string, DistinctSet>> {
    const keys = await ask<SetKey>(
      'user set versions',
      `SELECT concat_ws(' ', stored.grain, extract(epoch FROM stored.bucket)::bigint, stored.user_type) AS key, stored.user_type,
              stored.version::text AS version
       FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS run (grain, starts, ends)
       JOIN user_rollups AS stored ON stored.grain = run.grain AND stored.bucket >= run.starts AND stored.bucket < run.ends
       WHERE $4::text[] IS NULL OR stored.user_type = ANY($4::text[])
       ORDER BY stored.grain, stored.bucket`,
      [...runArrays(runs), userTypes ?? null],
    );
    const byType = new Map<string, SetKey[]>();
    for (const key of keys) at(byType, key.user_type, () => []).push(key);
    const unions = new Map<string, DistinctSet>();
    for (const [userType, ofType] of byType) unions.set(userType, await this.#unite(ask, ofType));
    return unions;
  }

  /**
   * How many distinct users of one type ('' is everybody) each point of a chart has: `pointOf` tells the point of a bucket's start (Unix ms), `more` holds
   * people who are not in a rollup yet. Where a point is one bucket, and nothing is added, its stored count is the answer.
   */
  async seriesOf(
    ask: Ask,
    run: Run,
    userType: string,
    pointOf: (bucket: number) => number,
    more: ReadonlyMap<number, DistinctSet>,
  ): Promise<Map<number, number>> {
    const rows = await ask<SetKey & { bucket: number; users: number }>(
      'user series',
      `SELECT concat_ws(' ', grain, extract(epoch FROM bucket)::bigint, user_type) AS key, user_type, version::text AS version,
              extract(epoch FROM bucket)::float8 * 1000 AS bucket, users
       FROM user_rollups
       WHERE grain = $1 AND bucket >= $2 AND bucket < $3 AND user_type = $4`,
      [run.grain, new Date(run.from), new Date(run.to), userType],
    );
    const byPoint = new Map<number, typeof rows>();
    for (const row of rows) at(byPoint, pointOf(row.bucket), () => []).push(row);
    const counts = new Map<number, number>();
    for (const point of new Set([...byPoint.keys(), ...more.keys()])) {
      const ofPoint = byPoint.get(point) ?? [];
      const set = more.get(point);
      const [only] = ofPoint;
      if (only && ofPoint.length === 1 && !set) counts.set(point, only.users);
      else {
        const union = await this.#unite(ask, ofPoint);
        if (set) union.addBytes(set.toBytes());
        counts.set(point, union.count);
      }
    }
    return counts;
  }

  /** The union of some sets, remembered under their versions. */
  async #unite(ask: Ask, keys: readonly SetKey[]): Promise<DistinctSet> {
    const signature = keys.map(({ key, version }) => `${key} ${version}`).join();
    const known = this.#unions.get(signature);
    if (known) return DistinctSet.fromBytes(known);
    const union = new DistinctSet();
    for (const bytes of await this.#read(ask, keys)) union.addBytes(bytes);
    this.#unions.set(signature, union.toBytes());
    return union;
  }

  async #read(ask: Ask, keys: readonly SetKey[]): Promise<Buffer[]> {
    const known = keys.map(({ key, version }) => this.#sets.get(`${key} ${version}`));
    const missing = keys.filter((_, index) => known[index] === undefined);
    if (missing.length === 0) return known.filter((set) => set !== undefined);
    const rows = await ask<SetKey & { user_set: Buffer }>(
      'user sets',
      `SELECT wanted.key, stored.version::text AS version, stored.user_set
       FROM unnest($1::text[], $2::int[], $3::bigint[], $4::text[]) AS wanted (key, grain, seconds, user_type)
       JOIN user_rollups AS stored ON stored.grain = wanted.grain AND stored.bucket = to_timestamp(wanted.seconds)
                                  AND stored.user_type = wanted.user_type`,
      [
        missing.map(({ key }) => key),
        missing.map(({ key }) => Number(key.split(' ')[0])),
        missing.map(({ key }) => key.split(' ')[1]),
        missing.map(({ user_type }) => user_type),
      ],
    );
    for (const { key, version, user_set } of rows) this.#sets.set(`${key} ${version}`, user_set);
    return [...known.filter((set) => set !== undefined), ...rows.map((row) => row.user_set)];
  }
}
