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

interface StateRow {
  version: string;
  minutes_since: number;
  deltas: unknown[];
}

/**
 * Answers a question from the rollups and what is not folded into them yet. The question's statements may run side by side on several
 * connections: the version is read before and after, and when a fold came in between (it moves deltas into rollups, so some of them would count
 * twice or never), all is asked again. An answer is as of the moment at which the deltas were read.
 */
export async function readRollups<T>(
  pool: pg.Pool,
  work: (pending: RollupDelta, ask: Ask, state: RollupState) => Promise<T>,
): Promise<T> {
  const ask: Ask = (name, text, values = []) => query(pool, { name, text, values });
  for (let tried = 1; ; tried += 1) {
    const [state] = await query<StateRow>(pool, stateAndDeltas);
    const pending = new RollupDelta();
    for (const delta of state?.deltas ?? []) addStoredDelta(pending, delta);
    const answer = await work(pending, ask, { minutesSince: state?.minutes_since ?? 0 });
    const [after] = await query<Pick<StateRow, 'version'>>(pool, stateAlone);
    if (after?.version === state?.version) return answer;
    if (tried === TRIES) throw new Error('the rollups change faster than they can be read');
  }
}

const stateAndDeltas: NamedQuery = {
  name: 'rollup state and deltas',
  text: `
    SELECT version::text AS version, extract(epoch FROM minutes_since)::float8 * 1000 AS minutes_since,
           (SELECT coalesce(json_agg(delta), '[]') FROM rollup_deltas) AS deltas
    FROM rollup_state`,
};

const stateAlone: NamedQuery = {
  name: 'rollup state',
  text: 'SELECT version::text AS version FROM rollup_state',
};
