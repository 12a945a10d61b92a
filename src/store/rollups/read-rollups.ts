import type pg from 'pg';
import { type NamedQuery, query } from '../query.js';
import { addStoredDelta } from './delta-json.js';
import { RollupDelta } from './rollup-delta.js';

/** What a question is asked against, beside the rollups themselves. */
export interface RollupState {
  /** Since when (Unix ms) there are minutes; before it the hour is the smallest bucket. */
  minutesSince: number;
}

/** Runs one named, prepared question and returns its rows. */
export type Ask = <Row>(name: string, text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** Folds come once a minute, so two within one question are not to be expected, and ten are a mistake. */
const TRIES = 10;

/** One row: the state of the rollups. */
export interface StateRow {
  version: string;
  /** Unix ms. */
  minutes_since: number;
}

interface StateAndDeltas extends StateRow {
  deltas: unknown[];
}

/** The columns of a {@link StateRow}, of rollup_state. */
export const STATE_COLUMNS =
  'version::text AS version, extract(epoch FROM minutes_since)::float8 * 1000 AS minutes_since';

/** What work returns whose state will not do. */
export const AGAIN = Symbol('again');

/** Answers a question from the rollups and what is not folded into them yet. */
export function readRollups<T>(
  pool: pg.Pool,
  work: (pending: RollupDelta, ask: Ask, state: RollupState) => Promise<T>,
): Promise<T> {
  return readInOneState<StateAndDeltas, T>(
    pool,
    () => stateAndDeltas,
    (state, ask) => {
      const pending = new RollupDelta();
      for (const delta of state.deltas) addStoredDelta(pending, delta);
      return work(pending, ask, { minutesSince: state.minutes_since });
    },
  );
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

const stateAndDeltas: NamedQuery = {
  name: 'rollup state and deltas',
  text: `SELECT ${STATE_COLUMNS}, (SELECT coalesce(json_agg(delta), '[]') FROM rollup_deltas) AS deltas FROM rollup_state`,
};

const stateAlone: NamedQuery = {
  name: 'rollup state',
  text: 'SELECT version::text AS version FROM rollup_state',
};
