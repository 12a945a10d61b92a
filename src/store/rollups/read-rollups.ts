import type pg from 'pg';
import { type NamedQuery, query } from '../query.js';
import type { WaitingDelta } from './pending-memory.js';
import type { RollupDelta } from './rollup-delta.js';
import type { RollupMemory } from './rollup-memory.js';

/** What a question is asked against, beside the rollups themselves. */
export interface RollupState {
  /** Since when (Unix ms) there are minutes; before it the hour is the smallest bucket. */
  minutesSince: number;
  /** The rows of what was asked along with it. */
  along: readonly unknown[][];
}

/** Runs one named, prepared question and returns its rows. */
export type Ask = <Row>(name: string, text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** Of a prepared statement's name PostgreSQL reads no more. */
const LONGEST_NAME = 63;
/** Folds come once a minute, so two within one question are not to be expected, and ten are a mistake. */
const TRIES = 10;

/** One row: the state of the rollups. */
export interface StateRow {
  version: string;
  /** Unix ms. */
  minutes_since: number;
}

interface StateAndDeltas extends StateRow {
  waiting: WaitingDelta[];
  along: unknown[][];
}

/** A question that is asked in the state's own statement, and so of the same snapshot: a round trip less, and nothing to be asked again. */
export interface Along {
  /** The same for the same SQL, whatever the values; short, for names of statements have 63 characters. */
  name: string;
  /** A SELECT whose rows come as JSON. `bind` returns the placeholder of a value. */
  sql: (bind: (value: unknown) => string) => string;
}

/** The columns of a {@link StateRow}, of rollup_state. */
export const STATE_COLUMNS =
  'version::text AS version, extract(epoch FROM minutes_since)::float8 * 1000 AS minutes_since';

/** What waits to be folded, as {@link PendingMemory} takes it; `known` is the placeholder of what it knows. */
export const waitingColumn = (known: string): string =>
  `(SELECT coalesce(json_agg(json_build_array(seq, CASE WHEN seq = ANY(${known}::bigint[]) THEN NULL ELSE delta END)), '[]')
         FROM rollup_deltas) AS waiting`;

/** What work returns whose state will not do. */
export const AGAIN = Symbol('again');

/**
 * Answers a question from the rollups and what is not folded into them yet. What is pending may grow while `work` waits for something: what it is added to
 * is as of that moment then. The rows of what was asked `along` are in `state.along`, in its order.
 */
export function readRollups<T>(
  pool: pg.Pool,
  { pending }: Pick<RollupMemory, 'pending'>,
  work: (pending: RollupDelta, ask: Ask, state: RollupState) => Promise<T> | T,
  along: readonly Along[] = [],
): Promise<T> {
  return readInOneState<StateAndDeltas, T>(
    pool,
    () => stateWith(along, pending.known),
    async (state, ask) => {
      const waiting = pending.take(state.version, state.waiting);
      return waiting ? work(waiting, ask, { minutesSince: state.minutes_since, along: state.along }) : AGAIN;
    },
  );
}

function stateWith(along: readonly Along[], known: readonly number[]): NamedQuery {
  const values: unknown[] = [known];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const rows = along.map(
    ({ sql }, index) =>
      `(SELECT coalesce(json_agg(along_${index}), '[]') FROM (${sql(bind)}) AS along_${index})`,
  );
  const name = ['state', ...along.map((one) => one.name)].join(', ');
  if (name.length > LONGEST_NAME) throw new Error(`the name of a statement is too long: ${name}`);
  return {
    name,
    text: `SELECT ${STATE_COLUMNS}, ${waitingColumn('$1')}, json_build_array(${rows.join(', ')}) AS along FROM rollup_state`,
    values,
  };
}

/**
 * Asks for a state, and with it for what `work` needs. What that asks for in turn may run side by side on several connections: then the version is read
 * again at the end, and when a fold came in between (it moves deltas into rollups, so some of them would count twice or never), all is
 * asked again. An answer is as of the moment at which the state was read.
 */
export async function readInOneState<State extends StateRow, T>(
  pool: pg.Pool,
  stateOf: () => NamedQuery,
  work: (state: State, ask: Ask) => Promise<T | typeof AGAIN>,
): Promise<T> {
  for (let tried = 1; tried <= TRIES; tried += 1) {
    let asked = false;
    const ask: Ask = (name, text, values = []) => {
      asked = true;
      return query(pool, { name, text, values });
    };
    const [state] = await query<State>(pool, stateOf());
    if (!state) throw new Error('rollup_state has no row');
    const answer = await work(state, ask);
    if (answer === AGAIN) continue;
    if (!asked) return answer;
    const [after] = await query<Pick<StateRow, 'version'>>(pool, stateAlone);
    if (after?.version === state.version) return answer;
  }
  throw new Error('the rollups change faster than they can be read');
}

const stateAlone: NamedQuery = {
  name: 'rollup version',
  text: 'SELECT version::text AS version FROM rollup_state',
};
