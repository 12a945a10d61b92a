import { setImmediate as nextTurn } from 'node:timers/promises';
import type pg from 'pg';
import { inTransaction } from '../in-transaction.js';
import { foldOrderDelta } from '../orders/fold-order-delta.js';
import { aggregate, joinRows, type RollupRows } from './aggregate.js';
import { addStoredDelta } from './delta-json.js';
import { grains } from './grains.js';
import { RollupDelta } from './rollup-delta.js';
import { withStoredServices, withStoredUsers } from './stored-rollups.js';
import { writeRollups } from './write-rollups.js';

/**
 * Deltas wait until they are many, large or old. Each fold writes the open minute, hour and day anew (150 kB), whatever it adds, so
 * folding rarely is cheap; each question reads what waits (4 ms at these bounds), so folding in time is, too.
 */
const MOST_DELTAS = 512;
const MOST_BYTES = 512 * 1_024;
const OLDEST_SECONDS = 60;
/** The timed fold leaves what is younger (seconds): each second's tick of the live feed reads it first. */
const LEAVE_SECONDS = 3;
/** Deltas that are added before others have a turn: some 5 ms. */
const A_TURN = 50;
/** Deltas one fold takes, so that its transaction ends soon after an outage too. */
const AT_ONCE = 2_000;

/** What a fold did: how many deltas it took, and how many rows of rollups it wrote. */
export interface Folded {
  deltas: number;
  rows: number;
}

/** What is not folded yet. */
export interface Waiting {
  deltas: number;
  bytes: number;
  /** Seconds since the oldest was written; null where none waits. */
  age: number | null;
}

interface Due extends Waiting {
  /** Of those that are old enough to be folded. */
  ripe: number;
  ripe_bytes: number;
}

/** Folds the deltas that wait when it is time to. Returns undefined where there was nothing to do; `onWaiting` hears what waits. */
export async function foldWhenDue(
  pool: pg.Pool,
  onWaiting: (waiting: Waiting) => void = () => undefined,
): Promise<Folded | undefined> {
  const { rows } = await pool.query<Due>({
    name: 'rollup deltas waiting',
    text: `
      SELECT count(*)::int AS deltas,
             coalesce(sum(pg_column_size(delta)), 0)::int AS bytes,
             extract(epoch FROM clock_timestamp() - min(created_at))::float8 AS age,
             (count(*) FILTER (WHERE created_at < clock_timestamp() - make_interval(secs => $1)))::int AS ripe,
             coalesce(
               sum(pg_column_size(delta)) FILTER (WHERE created_at < clock_timestamp() - make_interval(secs => $1)),
               0)::int AS ripe_bytes
      FROM rollup_deltas`,
    values: [LEAVE_SECONDS],
  });
  const [waiting] = rows;
  if (!waiting) return undefined;
  const { ripe, ripe_bytes, ...all } = waiting;
  onWaiting(all);
  if (ripe === 0) return undefined;
  const due = ripe >= MOST_DELTAS || ripe_bytes >= MOST_BYTES || (all.age ?? 0) >= OLDEST_SECONDS;
  return due ? foldDeltas(pool, LEAVE_SECONDS) : undefined;
}

/**
 * Moves deltas into the rollups, in one transaction, so that every question sees each of them once. One replica at a time: a lock that another
 * holds means that it is being done. Returns undefined where nothing was folded. What is younger than `leave` seconds stays.
 */
export function foldDeltas(pool: pg.Pool, leave = 0): Promise<Folded | undefined> {
  return inTransaction(pool, async (client) => {
    const lock = await client.query<{ had: boolean }>(
      `SELECT pg_try_advisory_xact_lock(hashtext('foodieexpress-rollups')) AS had`,
    );
    return lock.rows[0]?.had ? foldLocked(client, leave) : undefined;
  });
}

/** The fold itself, for who holds the lock and a transaction. */
export async function foldLocked(client: pg.ClientBase, leave = 0): Promise<Folded | undefined> {
  const { rows: waiting } = await client.query<{ seq: string; delta: unknown }>({
    name: 'rollup deltas to fold',
    text: `
      SELECT seq, delta
      FROM rollup_deltas
      WHERE $2 = 0 OR created_at < clock_timestamp() - make_interval(secs => $2)
      ORDER BY seq
      LIMIT $1`,
    values: [AT_ONCE, leave],
  });
  if (waiting.length === 0) return undefined;
  const sum = new RollupDelta();
  for (const [index, { delta }] of waiting.entries()) {
    addStoredDelta(sum, delta);
    if (index % A_TURN === A_TURN - 1) await nextTurn();
  }
  const version = await nextVersion(client);
  const added = await aggregateInTurns(sum);
  const written = await writeAdded(client, added, version);
  if (sum.orders) await foldOrderDelta(client, sum.orders, version);
  await client.query({
    name: 'rollup deltas folded',
    text: 'DELETE FROM rollup_deltas WHERE seq = ANY($1::bigint[])',
    values: [waiting.map(({ seq }) => seq)],
  });
  return { deltas: waiting.length, rows: written };
}

/** Grain by grain, so that nobody waits for all of them: 70 ms under full load. */
async function aggregateInTurns(sum: RollupDelta): Promise<RollupRows> {
  const parts: RollupRows[] = [];
  for (const grain of grains) {
    parts.push(aggregate(sum, [grain]));
    await nextTurn();
  }
  return joinRows(parts);
}

/** Moves the version on, by which questions know that a fold came in between. */
export async function nextVersion(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ version: string }>(
    'UPDATE rollup_state SET version = version + 1 RETURNING version',
  );
  return Number(rows[0]?.version);
}

async function writeAdded(client: pg.ClientBase, added: RollupRows, version: number): Promise<number> {
  const services = await withStoredServices(client, added.services);
  const users = await withStoredUsers(client, added.users);
  await writeRollups(client, { ...added, services, users }, version);
  return services.length + added.activity.length + users.length + added.errors.length + added.userDays.length;
}
