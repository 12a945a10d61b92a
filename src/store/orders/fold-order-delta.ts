import type pg from 'pg';
import { timeText } from '../upsert.js';
import { writeOrderBuckets } from './order-buckets.js';
import { HOUR_MS, orderCounts } from './order-contribution.js';
import { type OrderDelta, readTallyKey } from './order-delta.js';
import { type FigureColumns, OrderFigures } from './order-figures.js';
import { orderBucket, orderGrains } from './order-grains.js';

/** What a row of order_rollups is about. `bucket` is its start in Unix ms. */
export interface RollupKey {
  grain: number;
  dimension: '' | 'restaurant' | 'courier';
  key: string;
  bucket: number;
}

export interface RollupRow extends RollupKey {
  figures: OrderFigures;
}

export interface PathRow {
  grain: number;
  bucket: number;
  path: string;
  orders: number;
}

/** Rows a statement. */
const AT_ONCE = 2_000;

/**
 * Adds a delta to order_rollups and order_paths, within the caller's transaction; one folder at a time. Sketches are added in Node, so what is stored is
 * read first. A row that comes to nothing is deleted: an order that moved to another hour leaves none behind. `version` is the fold's.
 */
export async function foldOrderDelta(
  client: pg.ClientBase,
  delta: OrderDelta,
  version: number,
): Promise<void> {
  const rows = rollupRowsOf(delta);
  await writeOrderBuckets(client, rows, version);
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    const part = rows.slice(start, start + AT_ONCE);
    await addStored(client, part);
    await writeRollups(
      client,
      part.filter(({ figures }) => !figures.isEmpty),
    );
    await deleteRollups(
      client,
      part.filter(({ figures }) => figures.isEmpty),
    );
  }
  const paths = pathRowsOf(delta);
  for (let start = 0; start < paths.length; start += AT_ONCE)
    await addPaths(client, paths.slice(start, start + AT_ONCE));
}

/** What a delta adds to each row of order_rollups, in order of their key. */
export function rollupRowsOf(delta: OrderDelta): RollupRow[] {
  const rows = new Map<string, RollupRow>();
  for (const [text, tally] of Object.entries(delta.tallies ?? {})) {
    const [hour, restaurant, courier] = readTallyKey(text);
    const dimensions: [RollupKey['dimension'], string | null][] = [
      ['', ''],
      ['restaurant', restaurant],
      ['courier', courier],
    ];
    for (const [dimension, key] of dimensions) {
      if (key === null) continue;
      for (const grain of orderGrains) {
        const bucket = orderBucket(grain, hour * HOUR_MS);
        const name = `${grain} ${bucket} ${dimension} ${key}`;
        const row = rows.get(name) ?? { grain, dimension, key, bucket, figures: new OrderFigures() };
        row.figures.addTally(tally);
        rows.set(name, row);
      }
    }
  }
  return [...rows.values()].sort(byKey);
}

export function pathRowsOf(delta: OrderDelta): PathRow[] {
  const rows = new Map<string, PathRow>();
  for (const [key, orders] of Object.entries(delta.paths ?? {})) {
    const [hour = '', path = ''] = key.split(' ');
    for (const grain of orderGrains) {
      const bucket = orderBucket(grain, Number(hour) * HOUR_MS);
      const name = `${grain} ${bucket} ${path}`;
      const row = rows.get(name);
      if (row) row.orders += orders;
      else rows.set(name, { grain, bucket, path, orders });
    }
  }
  return [...rows.values()].filter(({ orders }) => orders !== 0);
}

const keyArrays = (rows: readonly RollupKey[]) => [
  rows.map(({ grain }) => grain),
  rows.map(({ dimension }) => dimension),
  rows.map(({ key }) => key),
  rows.map(({ bucket }) => timeText(bucket)),
];
const KEYS = 'unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[])';

async function addStored(client: pg.ClientBase, rows: readonly RollupRow[]): Promise<void> {
  if (rows.length === 0) return;
  const { rows: stored } = await client.query<FigureColumns & { row: number }>({
    name: 'stored order rollups',
    text: `
      SELECT wanted.row::int - 1 AS row, ${orderCounts.join(', ')}, amounts, sketches
      FROM ${KEYS} WITH ORDINALITY AS wanted (grain, dimension, key, bucket, row)
      JOIN order_rollups USING (grain, dimension, key, bucket)`,
    values: keyArrays(rows),
  });
  for (const { row, ...columns } of stored) rows[row]?.figures.addColumns(columns);
}

/** Writes rows as they are, over what is stored of the same keys. */
export async function writeRollups(client: pg.ClientBase, rows: readonly RollupRow[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = rows.map(({ figures }) => figures.toColumns());
  const names = [...orderCounts, 'amounts', 'sketches'];
  await client.query({
    name: 'write order rollups',
    text: `
      INSERT INTO order_rollups (grain, dimension, key, bucket, ${names.join(', ')})
      SELECT grain, dimension, key, bucket, ${names.join(', ')}
      FROM unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[],
                  ${orderCounts.map((_, index) => `$${index + 5}::int[]`).join(', ')},
                  $${orderCounts.length + 5}::jsonb[], $${orderCounts.length + 6}::bytea[])
        AS row (grain, dimension, key, bucket, ${names.join(', ')})
      ON CONFLICT (grain, dimension, key, bucket) DO UPDATE SET ${names.map((name) => `${name} = EXCLUDED.${name}`).join(', ')}`,
    values: [
      ...keyArrays(rows),
      ...orderCounts.map((name) => columns.map((of) => of[name])),
      columns.map(({ amounts }) => JSON.stringify(amounts)),
      columns.map(({ sketches }) => sketches),
    ],
  });
}

async function deleteRollups(client: pg.ClientBase, rows: readonly RollupKey[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query({
    name: 'delete order rollups',
    text: `
      DELETE FROM order_rollups USING ${KEYS} AS gone (grain, dimension, key, bucket)
      WHERE order_rollups.grain = gone.grain AND order_rollups.dimension = gone.dimension
        AND order_rollups.key = gone.key AND order_rollups.bucket = gone.bucket`,
    values: keyArrays(rows),
  });
}

/** Adds paths to what is stored, and deletes those that nobody went after all. */
export async function addPaths(client: pg.ClientBase, rows: readonly PathRow[]): Promise<void> {
  if (rows.length === 0) return;
  const keys = [
    rows.map(({ grain }) => grain),
    rows.map(({ bucket }) => timeText(bucket)),
    rows.map(({ path }) => path),
  ];
  await client.query({
    name: 'add order paths',
    text: `
      INSERT INTO order_paths (grain, bucket, path, orders)
      SELECT grain, bucket, path, orders
      FROM unnest($1::int[], $2::timestamptz[], $3::text[], $4::bigint[]) AS row (grain, bucket, path, orders)
      ON CONFLICT (grain, bucket, path) DO UPDATE SET orders = order_paths.orders + EXCLUDED.orders`,
    values: [...keys, rows.map(({ orders }) => orders)],
  });
  await client.query({
    name: 'delete order paths',
    text: `
      DELETE FROM order_paths USING unnest($1::int[], $2::timestamptz[], $3::text[]) AS gone (grain, bucket, path)
      WHERE order_paths.grain = gone.grain AND order_paths.bucket = gone.bucket AND order_paths.path = gone.path
        AND order_paths.orders = 0`,
    values: keys,
  });
}

function byKey(a: RollupKey, b: RollupKey): number {
  if (a.grain !== b.grain) return a.grain - b.grain;
  if (a.dimension !== b.dimension) return a.dimension < b.dimension ? -1 : 1;
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.bucket - b.bucket;
}
