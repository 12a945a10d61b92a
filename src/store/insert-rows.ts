import type pg from 'pg';
import { idBytes, NO_REPLICA } from './commits.js';
import { inTransaction } from './in-transaction.js';
import { applyOrderEvents } from './orders/apply-order-events.js';
import { type PendingRow, type RowKind, rowKinds } from './pending-row.js';
import { writeDelta } from './rollups/delta-json.js';
import { RollupDelta } from './rollups/rollup-delta.js';

/** What one kind's INSERT says: how many rows were new, and which, only where not all were. */
interface InsertedRow {
  kind: RowKind;
  inserted: number;
  /** Comma-separated ids; null when every row was new, which is the usual case and costs no list. */
  ids: string | null;
  /** Comma-separated ids of new actions whose call was stored before, as a metric under the same id; null when there are none. */
  known_calls: string | null;
  /** The number of the row in `commits`, where it was written along. */
  seq: string | null;
}

interface Inserted {
  isNew: IsNew;
  knownCalls: ReadonlySet<string>;
  seq: number | undefined;
}

/** What a flush did. */
export interface Written {
  isNew: IsNew;
  /** Its number in `commits`; undefined where neither an action nor an event was new. */
  seq: number | undefined;
}

/** Which of the rows were new; the others were stored before. */
export type IsNew = (row: PendingRow) => boolean;

const allNew: IsNew = () => true;

/** SQLSTATE unique_violation. */
const UNIQUE_VIOLATION = '23505';
/** How long (ms) after a duplicate the next is expected: clients come back in waves. */
const CAREFUL_FOR = 10_000;
/** When (performance.now) duplicates stop being expected. */
let carefulUntil = Number.NEGATIVE_INFINITY;

/**
 * Writes the rows, and what they add to the rollups, in one transaction: all of it or, when it throws, nothing. Rows must be unique by kind and id, and
 * sorted by id, so that two replicas that meet on the same ids wait for each other instead of deadlocking. `replica` is the process's own id, by
 * which its live feed knows what it wrote itself.
 *
 * Ids are new but for retries, so that nearly every flush is one statement: a plain INSERT for each table that has rows, and one row of deltas. `ON
 * CONFLICT` costs PostgreSQL 3 µs a row to be ready for a duplicate, so a duplicate makes the plain form fail as a whole, and then, and for the
 * next 10 s, the careful form goes: a transaction that learns first which rows were new, and counts only those. So does a flush with events of
 * orders, whose projection is brought up to date in between.
 *
 * This goes to the pool directly, prepared, and not through Prisma's `$queryRaw`, which passes parameters through JSON twice and has
 * each flush planned anew: 10 µs of Node a row more, and 25 µs a request (docs/decisions/0006).
 */
export async function insertRows(
  pool: pg.Pool,
  rows: readonly PendingRow[],
  replica = NO_REPLICA,
): Promise<Written> {
  if (performance.now() > carefulUntil) {
    try {
      if (rows.some((row) => row.order)) return await insertInSteps(pool, rows, replica, '');
      const { seq } = await insert(pool, rows, '', { delta: RollupDelta.of(rows), replica });
      return { isNew: allNew, seq };
    } catch (error) {
      if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
    }
  }
  const written = await insertInSteps(pool, rows, replica, 'ON CONFLICT (id) DO NOTHING');
  if (written.isNew !== allNew) carefulUntil = performance.now() + CAREFUL_FOR;
  return written;
}

/** Rows first, then what the new ones among them change. */
function insertInSteps(
  pool: pg.Pool,
  rows: readonly PendingRow[],
  replica: string,
  onConflict: OnConflict,
): Promise<Written> {
  return inTransaction(pool, async (client) => {
    const { isNew, knownCalls } = await insert(client, rows, onConflict);
    const added = isNew === allNew ? rows : rows.filter(isNew);
    const delta = RollupDelta.of(added, knownCalls);
    const events = added.flatMap((row) => row.order ?? []);
    if (events.length > 0) delta.orders = await applyOrderEvents(client, events);
    if (!delta.isEmpty) await client.query({ ...deltaStatement, values: [writeDelta(delta)] });
    return { isNew, seq: await insertCommit(client, added, replica) };
  });
}

/** Last in its transaction, so that a number waits for its commit as briefly as can be. */
async function insertCommit(
  client: pg.ClientBase,
  added: readonly PendingRow[],
  replica: string,
): Promise<number | undefined> {
  if (!added.some(isListed)) return undefined;
  const { rows } = await client.query<{ seq: string }>({
    ...commitStatement,
    values: commitValues(added, replica),
  });
  return Number(rows[0]?.seq);
}

/** Metrics are pushed to nobody. */
const isListed = ({ kind }: PendingRow): boolean => kind !== 'metric';

const commitValues = (rows: readonly PendingRow[], replica: string): unknown[] => [
  replica,
  idBytes(rows.filter(({ kind }) => kind === 'action')),
  idBytes(rows.filter(({ kind }) => kind === 'event')),
];

const deltaStatement: Statement = {
  name: 'insert delta',
  text: 'INSERT INTO rollup_deltas (delta) VALUES ($1)',
};

const commitStatement: Statement = {
  name: 'insert commit',
  text: 'INSERT INTO commits (replica, actions, events) VALUES ($1, $2, $3) RETURNING seq',
};

/** What goes along in the same statement, where all rows are known to be new. */
interface Along {
  delta: RollupDelta;
  replica: string;
}

/**
 * One JSON text for each table and `json_to_recordset` (`jsonb_…` where a column is jsonb) is the cheapest way in: arrays for `unnest` cost twice the Node time. Only the tables that
 * have rows are named, so that one that cannot be written does not cost the others.
 */
async function insert(
  client: Pick<pg.ClientBase, 'query'> | pg.Pool,
  rows: readonly PendingRow[],
  onConflict: OnConflict,
  along?: Along,
): Promise<Inserted> {
  const byKind = rowKinds
    .map((kind) => ({ kind, rows: rows.filter((row) => row.kind === kind) }))
    .filter((of) => of.rows.length > 0);
  const kinds = byKind.map((of) => of.kind);
  const values: unknown[] = byKind.flatMap((of) => [jsonArray(of.rows), of.rows.length]);
  if (along) {
    values.push(writeDelta(along.delta));
    if (rows.some(isListed)) values.push(...commitValues(rows, along.replica));
  }
  const answer = await client.query<InsertedRow>({
    ...statementFor(kinds, onConflict, along !== undefined),
    values,
  });
  const seq = answer.rows[0]?.seq ?? null;
  return {
    seq: seq === null ? undefined : Number(seq),
    isNew: newnessOf(answer.rows, new Map(byKind.map((of) => [of.kind, of.rows.length]))),
    knownCalls: new Set(answer.rows.flatMap((row) => row.known_calls?.split(',') ?? [])),
  };
}

function jsonArray(rows: readonly PendingRow[]): string {
  // Added up rather than joined: the engine copies the text once, when it becomes bytes.
  let text = '[';
  for (const [index, row] of rows.entries()) text += index === 0 ? row.json : `,${row.json}`;
  return `${text}]`;
}

interface Statement {
  /** Under this name a connection keeps its plan. */
  name: string;
  text: string;
}

const statements = new Map<string, Statement>();

type OnConflict = '' | 'ON CONFLICT (id) DO NOTHING';

/**
 * The statement for the kinds that have rows; 21 in all. Each kind has two parameters: its rows as JSON, and how many they are. Where the delta
 * and the row of `commits` go along, they are the last: one parameter, and three.
 */
function statementFor(kinds: readonly RowKind[], onConflict: OnConflict, along: boolean): Statement {
  const name = `insert ${kinds.join(' ')} ${along ? 'along' : ''} ${onConflict}`;
  let statement = statements.get(name);
  if (!statement) {
    const inserts = kinds.map((kind, index) => insertOf[kind](`$${2 * index + 1}`, onConflict));
    const listed = along && kinds.some((kind) => kind !== 'metric');
    const seq = listed ? '(SELECT seq FROM new_commit)' : 'NULL';
    const answers = kinds.map((kind, index) => answerOf(kind, `$${2 * index + 2}`, onConflict, seq));
    const next = 2 * kinds.length + 1;
    if (along) inserts.push(`delta AS (INSERT INTO rollup_deltas (delta) VALUES ($${next}))`);
    if (listed) {
      inserts.push(`
    new_commit AS (
      INSERT INTO commits (replica, actions, events)
      VALUES ($${next + 1}, $${next + 2}, $${next + 3})
      RETURNING seq
    )`);
    }
    statement = { name, text: `WITH ${inserts.join(', ')} ${answers.join(' UNION ALL ')}` };
    statements.set(name, statement);
  }
  return statement;
}

/** The CTEs that store one kind's rows; `json` is the parameter that holds them. */
const insertOf: Record<RowKind, (json: `$${number}`, onConflict: OnConflict) => string> = {
  // An action that says how long it took is a service metric too, under the same id, only if the action itself was new.
  action: (json, onConflict) => `
    new_action AS (
      INSERT INTO action_logs (
        id, user_id, user_type, action_type, service_name, method_name, parameters, response_data, session_id, success,
        error_message, execution_time, platform, app_version, trace_id, timestamp, received_at, ip_address, identity)
      SELECT
        id, user_id, user_type, action_type, service_name, method_name, parameters, response_data, session_id, success,
        error_message, execution_time, platform, app_version, trace_id, timestamp, received_at, ip_address, identity
      FROM json_to_recordset(${json}::json) AS row (
        id uuid, user_id text, user_type text, action_type text, service_name text, method_name text, parameters json,
        response_data json, session_id text, success boolean, error_message text, execution_time double precision,
        platform text, app_version text, trace_id text, timestamp timestamptz, received_at timestamptz,
        ip_address inet, identity text)
      ${onConflict}
      RETURNING id, service_name, method_name, execution_time, success, timestamp
    ), metric_of_action AS (
      INSERT INTO service_metrics (id, service_name, method_name, execution_time, success, timestamp)
      SELECT id, service_name, method_name, execution_time, success, timestamp
      FROM new_action
      WHERE execution_time IS NOT NULL
      ${onConflict}
      ${onConflict && 'RETURNING id'}
    )`,
  event: (json, onConflict) => `
    new_event AS (
      INSERT INTO business_events (
        id, event_type, entity_type, entity_id, event_data, triggered_by, timestamp, received_at, ip_address, identity,
        order_id)
      SELECT
        id, event_type, entity_type, entity_id, event_data, triggered_by, timestamp, received_at, ip_address, identity,
        order_id
      FROM jsonb_to_recordset(${json}::jsonb) AS row (
        id uuid, event_type text, entity_type text, entity_id text, event_data jsonb, triggered_by text,
        timestamp timestamptz, received_at timestamptz, ip_address inet, identity text, order_id text)
      ${onConflict}
      RETURNING id
    )`,
  metric: (json, onConflict) => `
    new_metric AS (
      INSERT INTO service_metrics (id, service_name, method_name, execution_time, success, timestamp)
      SELECT id, service_name, method_name, execution_time, success, timestamp
      FROM jsonb_to_recordset(${json}::jsonb) AS row (
        id uuid, service_name text, method_name text, execution_time double precision, success boolean,
        timestamp timestamptz)
      ${onConflict}
      RETURNING id
    )`,
};

const answerOf = (kind: RowKind, sent: `$${number}`, onConflict: OnConflict, seq: string): string => `
    SELECT '${kind}' AS kind, count(*)::int AS inserted,
           CASE WHEN count(*) < ${sent}::int THEN string_agg(id::text, ',') END AS ids,
           ${kind === 'action' && onConflict ? KNOWN_CALLS : 'NULL'} AS known_calls,
           ${seq}::text AS seq
    FROM new_${kind}`;

const KNOWN_CALLS = `string_agg(id::text, ',') FILTER (
             WHERE execution_time IS NOT NULL AND id NOT IN (SELECT id FROM metric_of_action))`;

function newnessOf(answer: readonly InsertedRow[], sent: ReadonlyMap<RowKind, number>): IsNew {
  const partly = new Map<RowKind, ReadonlySet<string>>();
  for (const { kind, inserted, ids } of answer) {
    if (inserted < (sent.get(kind) ?? 0)) partly.set(kind, new Set(ids?.split(',') ?? []));
  }
  return partly.size === 0 ? allNew : ({ kind, id }) => partly.get(kind)?.has(id) ?? true;
}
