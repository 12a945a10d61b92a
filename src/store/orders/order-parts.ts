import type { BucketPart, Summation } from '../rollups/bucket-memory.js';
import { at } from '../rollups/rollup-delta.js';
import { HOUR_MS, orderCounts } from './order-contribution.js';
import { type FigureColumns, OrderFigures } from './order-figures.js';

interface KeyFigures extends FigureColumns {
  key: string;
}
interface HourFigures extends FigureColumns {
  /** Unix ms of its start. */
  hour: number;
}

/** A row's counts and amounts. */
const BYTES_OF_FIGURES = 400;
const bytesOfRow = ({ sketches }: FigureColumns): number => BYTES_OF_FIGURES + sketches.length;
/** A sketch's bins of eight bytes, and room to widen. */
const BYTES_A_SKETCH = 3_000;

const bytesOfSum = (sum: ReadonlyMap<unknown, OrderFigures>): number =>
  [...sum.values()].reduce(
    (bytes, { sketches }) => bytes + BYTES_OF_FIGURES + sketches.size * BYTES_A_SKETCH,
    0,
  );
const copyOfSum = <Key>(sum: ReadonlyMap<Key, OrderFigures>): Map<Key, OrderFigures> =>
  new Map([...sum].map(([key, figures]) => [key, figures.copy()]));

/** The figures of some keys, by key. The values: a dimension, and a JSON array of keys in it; the one key of '' is ''. */
export const figuresOfKeys: Summation<KeyFigures, Map<string, OrderFigures>> = {
  part: {
    name: 'order figures of keys',
    versions: 'order_buckets',
    table: 'order_rollups',
    columns: `key, ${orderCounts.join(', ')}, amounts, sketches`,
    where: 'dimension = $3 AND key = ANY(ARRAY(SELECT json_array_elements_text($4::json)))',
    bytesOf: bytesOfRow,
  },
  none: () => new Map(),
  add: (sum, row) => at(sum, row.key, () => new OrderFigures()).addColumns(row),
  copy: copyOfSum,
  bytesOf: bytesOfSum,
};

const hours: BucketPart<HourFigures> = {
  name: 'order hours of buckets',
  versions: 'order_buckets',
  table: 'order_rollups',
  columns: `extract(epoch FROM bucket)::float8 * 1000 AS hour, ${orderCounts.join(', ')}, sketches`,
  of: `stored.grain = ${HOUR_MS / 1_000} AND stored.bucket >= wanted.bucket AND stored.bucket < wanted.bucket + wanted.grain * interval '1 second'`,
  where: `dimension = '' AND key = ''`,
  bytesOf: bytesOfRow,
};

/** Everybody's hours, without amounts, by groups: `groupOf` says which an hour (Unix ms) is in, and `by` names that rule. */
export const figuresOfHours = (
  by: string,
  groupOf: (hour: number) => number,
): Summation<HourFigures, Map<number, OrderFigures>> => ({
  part: hours,
  by,
  none: () => new Map(),
  add: (sum, row) => at(sum, groupOf(row.hour), () => new OrderFigures()).addColumns(row),
  copy: copyOfSum,
  bytesOf: bytesOfSum,
});

/**
 * How many orders each key has, of the dimension that is the value. A week has some 4,000 keys, so a bucket is one row of JSON: a fifth of the bytes that rows
 * would take.
 */
export const ordersOfKeys: Summation<{ orders: string | null }, Map<string, number>> = {
  part: {
    name: 'orders of keys',
    versions: 'order_buckets',
    table: 'order_rollups',
    columns: 'json_object_agg(key, orders)::text AS orders',
    where: 'dimension = $3',
    bytesOf: ({ orders }) => orders?.length ?? 0,
  },
  none: () => new Map(),
  add(sum, { orders }) {
    for (const [key, more] of Object.entries(JSON.parse(orders ?? '{}') as Record<string, number>))
      sum.set(key, (sum.get(key) ?? 0) + more);
  },
  copy: (sum) => new Map(sum),
  bytesOf: (sum) => sum.size * BYTES_A_KEY,
};
/** An entry of a Map with its name. */
const BYTES_A_KEY = 80;
