import type pg from 'pg';
import { foldLocked, nextVersion } from '../rollups/fold-deltas.js';
import { timeText } from '../upsert.js';
import {
  addPaths,
  type PathRow,
  pathRowsOf,
  type RollupKey,
  type RollupRow,
  rollupRowsOf,
  writeRollups,
} from './fold-order-delta.js';
import type { FactsById } from './kept-facts.js';
import { writeOrderBuckets } from './order-buckets.js';
import { contribute } from './order-contribution.js';
import type { OrderDelta } from './order-delta.js';
import { type FigureColumns, OrderFigures } from './order-figures.js';
import { orderBucket, type Span } from './order-grains.js';
import { projectOrder } from './project-order.js';

const [WEEK, DAY, HOUR] = [604_800, 86_400, 3_600];
const DAY_MS = DAY * 1_000;
/** Rows read, or written, at once. */
const AT_ONCE = 1_000;

/** Makes order_rollups and order_paths of a span's UTC days, and of the weeks they are in, what the orders say; returns how many rows were wrong. */
export async function rebuildOrderRollups(
  pool: pg.Pool,
  { from, to }: Span,
  write: boolean,
): Promise<number> {
  let wrong = 0;
  for (let day = orderBucket(DAY, from); day < to; day += DAY_MS)
    wrong += await inFoldedSnapshot(pool, write, (client) => rebuildDay(client, day));
  for (let week = orderBucket(WEEK, from); week < to; week += WEEK * 1_000)
    wrong += await inFoldedSnapshot(pool, write, (client) => rebuildWeek(client, week));
  return wrong;
}

/**
 * Runs `work` in one snapshot in which nothing waits to be folded: orders and rollups are of the same moment, and what is committed meanwhile is
 * folded later, on top. The lock is taken before the snapshot, so that no other's fold falls in between.
 */
async function inFoldedSnapshot(
  pool: pg.Pool,
  write: boolean,
  work: (client: pg.ClientBase) => Promise<number>,
): Promise<number> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query(`SELECT pg_advisory_lock(hashtext('foodieexpress-rollups'))`);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    while (await foldLocked(client));
    const result = await work(client);
    await client.query(write ? 'COMMIT' : 'ROLLBACK');
    await client.query(`SELECT pg_advisory_unlock(hashtext('foodieexpress-rollups'))`);
    return result;
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    // After a failure the connection is closed, and with it go the transaction and the lock.
    client.release(failure);
  }
}

async function rebuildDay(client: pg.ClientBase, day: number): Promise<number> {
  const delta = await tallyDay(client, day);
  const span = { from: day, to: day + DAY_MS };
  const rows = rollupRowsOf(delta).filter(({ grain }) => grain !== WEEK);
  const paths = pathRowsOf(delta).filter(({ grain }) => grain !== WEEK);
  return replace(client, [DAY, HOUR], span, rows, paths);
}

/** What the orders of a day come to, read a thousand at a time. */
async function tallyDay(client: pg.ClientBase, day: number): Promise<OrderDelta> {
  const delta: OrderDelta = {};
  await client.query({
    text: `DECLARE orders_of_day NO SCROLL CURSOR FOR SELECT events FROM orders WHERE first_at >= $1 AND first_at < $2`,
    values: [timeText(day), timeText(day + DAY_MS)],
  });
  for (;;) {
    const { rows } = await client.query<{ events: FactsById }>(`FETCH ${AT_ONCE} FROM orders_of_day`);
    for (const { events } of rows) contribute(delta, projectOrder(events), 1);
    if (rows.length < AT_ONCE) break;
  }
  await client.query('CLOSE orders_of_day');
  return delta;
}

/** A week is the sum of its days. */
async function rebuildWeek(client: pg.ClientBase, week: number): Promise<number> {
  const span = { from: week, to: week + WEEK * 1_000 };
  const sums = new Map<string, RollupRow>();
  for (const row of await storedRollups(client, [DAY], span)) {
    const name = `${row.dimension} ${row.key}`;
    const sum = sums.get(name) ?? { ...row, grain: WEEK, bucket: week, figures: new OrderFigures() };
    sum.figures.addColumns(row);
    sums.set(name, sum);
  }
  const paths = new Map<string, PathRow>();
  for (const { path, orders } of await storedPaths(client, [DAY], span)) {
    const sum = paths.get(path) ?? { grain: WEEK, bucket: week, path, orders: 0 };
    sum.orders += orders;
    paths.set(path, sum);
  }
  return replace(client, [WEEK], span, [...sums.values()], [...paths.values()]);
}

/** Puts rows in the place of what is stored of some grains and a span; returns how many differed. */
async function replace(
  client: pg.ClientBase,
  grains: readonly number[],
  span: Span,
  rows: readonly RollupRow[],
  paths: readonly PathRow[],
): Promise<number> {
  const right = new Map(rows.map((row) => [rollupName(row), figuresText(row.figures.toColumns())]));
  const rightPaths = new Map(paths.map((row) => [pathName(row), String(row.orders)]));
  const stored = await storedRollups(client, grains, span);
  const wrong =
    (await countUnlisted(client, grains, span)) +
    difference(new Map(stored.map((row) => [rollupName(row), figuresText(row)])), right) +
    difference(
      new Map((await storedPaths(client, grains, span)).map((row) => [pathName(row), String(row.orders)])),
      rightPaths,
    );
  if (wrong === 0) return 0;
  await writeOrderBuckets(client, [...stored, ...rows], await nextVersion(client));
  for (const table of ['order_rollups', 'order_paths'] as const) {
    await client.query(
      `DELETE FROM ${table} WHERE grain = ANY($1::int[]) AND bucket >= $2 AND bucket < $3`,
      spanValues(grains, span),
    );
  }
  for (let start = 0; start < rows.length; start += AT_ONCE)
    await writeRollups(client, rows.slice(start, start + AT_ONCE));
  for (let start = 0; start < paths.length; start += AT_ONCE)
    await addPaths(client, paths.slice(start, start + AT_ONCE));
  return wrong;
}

/** How many buckets with orders are in no row of order_buckets, so that no question would read them: an older release may have written them. */
async function countUnlisted(client: pg.ClientBase, grains: readonly number[], span: Span): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count
     FROM order_rollups
     WHERE ${IN_SPAN} AND dimension = '' AND key = ''
       AND NOT EXISTS (SELECT FROM order_buckets AS held WHERE held.grain = order_rollups.grain AND held.bucket = order_rollups.bucket)`,
    spanValues(grains, span),
  );
  return rows[0]?.count ?? 0;
}

/** How many entries are in one of two maps only, or are not equal. */
function difference(stored: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): number {
  const names = new Set([...stored.keys(), ...right.keys()]);
  return [...names].filter((name) => stored.get(name) !== right.get(name)).length;
}

const rollupName = ({ grain, dimension, key, bucket }: RollupKey) => `${grain} ${bucket} ${dimension} ${key}`;
const pathName = ({ grain, bucket, path }: PathRow) => `${grain} ${bucket} ${path}`;

/** Figures as one text for equal figures, through the columns and back, since JSONB sorts its keys. */
function figuresText(columns: FigureColumns): string {
  const figures = new OrderFigures();
  figures.addColumns(columns);
  const { counts, amounts } = figures;
  const money = [...amounts].map(([currency, byName]) => [currency, ...[...byName].flat().sort()]);
  return JSON.stringify([counts, money.sort(), Buffer.from(figures.toColumns().sketches).toString('base64')]);
}

const spanValues = (grains: readonly number[], { from, to }: Span) => [grains, timeText(from), timeText(to)];
const IN_SPAN = 'grain = ANY($1::int[]) AND bucket >= $2 AND bucket < $3';
const START = 'extract(epoch FROM bucket)::float8 * 1000 AS bucket';

async function storedRollups(
  client: pg.ClientBase,
  grains: readonly number[],
  span: Span,
): Promise<(RollupKey & FigureColumns)[]> {
  const { rows } = await client.query<RollupKey & FigureColumns>(
    `SELECT *, ${START} FROM order_rollups WHERE ${IN_SPAN}`,
    spanValues(grains, span),
  );
  return rows;
}

async function storedPaths(client: pg.ClientBase, grains: readonly number[], span: Span): Promise<PathRow[]> {
  const { rows } = await client.query<PathRow>(
    `SELECT grain, path, orders::float8 AS orders, ${START} FROM order_paths WHERE ${IN_SPAN}`,
    spanValues(grains, span),
  );
  return rows;
}
