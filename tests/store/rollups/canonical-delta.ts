import { writeDelta } from '../../../src/store/rollups/delta-json.js';
import type { RollupDelta } from '../../../src/store/rollups/rollup-delta.js';

interface DeltaJson {
  minutes: { minute: number; services: unknown[][]; [list: string]: unknown }[];
}

/** Position of a service's sum of times in its tuple. */
const SUM = 4;

/** A delta's JSON in an order that does not depend on who came first; sums of doubles without the digits that do. */
export function canonical(delta: RollupDelta): unknown {
  const { minutes } = JSON.parse(writeDelta(delta)) as DeltaJson;
  return minutes
    .sort((a, b) => a.minute - b.minute)
    .map((bucket) =>
      Object.fromEntries(
        Object.entries({ ...bucket, services: bucket.services.map(roundSum) }).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.map((entry) => JSON.stringify(entry)).sort() : value,
        ]),
      ),
    );
}

const roundSum = (tuple: readonly unknown[]): unknown[] =>
  tuple.map((value, index) => (index === SUM ? Number(value).toPrecision(10) : value));
