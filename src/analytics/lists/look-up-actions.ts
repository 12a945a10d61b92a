import type pg from 'pg';
import { type Ask, readRollups } from '../../store/rollups/read-rollups.js';
import type { RollupDelta } from '../../store/rollups/rollup-delta.js';
import type { ActionFilter } from './action-source.js';
import { dayOf } from './id-range.js';
import type { Known } from './list-source.js';
import { MOST_SOUGHT, type Sought } from './seek-rows.js';

/** What one rollup says of a day: its start in Unix ms, and how many actions match what that rollup knows of the filter. */
interface DayCount {
  day: string;
  count: string;
}
type Lookup = (ask: Ask, pending: RollupDelta) => Promise<LookedUp>;

interface LookedUp {
  counts: DayCount[];
  /** The rows of one value, by whose index they could be sought, and how many they are. */
  seek?: Sought & { rows: number };
}

/**
 * What the rollups know of the rows that a filter asks for: who acted when, which types and methods there were, what failed in which service.
 *
 * Each rollup knows a part of the filter, so a day must be possible by all of them. Counts are upper bounds. What is counted but not folded yet is in no
 * rollup, so its days are possible, however many rows they have. Undefined where nothing is known about the filter.
 */
export async function lookUpActions(
  pool: pg.Pool,
  filter: ActionFilter,
  oldest: number,
): Promise<Known | undefined> {
  const { session_id } = filter;
  // Sessions have no rollup; nearly all are short, and one that is not is walked like everything else.
  if (session_id !== undefined)
    return { seek: { by: 'session', condition: 'session_id = $1', values: [session_id] } };
  const since = new Date(oldest).toISOString();
  const lookups = [usersDays, typesDays, methodsDays, failuresDays].flatMap(
    (lookup) => lookup(filter, since) ?? [],
  );
  if (lookups.length === 0) return undefined;
  return readRollups(pool, async (pending, ask) => {
    const answers = await Promise.all(lookups.map((lookup) => lookup(ask, pending)));
    const [first = new Map(), ...others] = answers.map(({ counts }) => possibleDays(counts));
    const days = new Map<number, number>();
    for (const [day, count] of first) {
      const counts = others.map((other) => other.get(day));
      if (counts.every((one) => one !== undefined)) days.set(day, Math.min(count, ...counts));
    }
    for (const day of pendingDays(pending)) days.set(day, days.get(day) ?? 0);
    const [fewest] = answers
      .flatMap(({ seek }) => (seek && seek.rows <= MOST_SOUGHT ? [seek] : []))
      .sort((a, b) => a.rows - b.rows);
    return { days, seek: fewest };
  });
}

function possibleDays(counts: readonly DayCount[]): Map<number, number> {
  const days = new Map<number, number>();
  for (const { day, count } of counts) {
    const rows = Number(count);
    if (rows > 0) days.set(Number(day), (days.get(Number(day)) ?? 0) + rows);
  }
  return days;
}

/** The days of what is not folded into the rollups yet, by their start in Unix ms. */
const pendingDays = ({ minutes }: Pick<RollupDelta, 'minutes'>): Set<number> =>
  new Set([...minutes.keys()].map((minute) => dayOf(minute * 60_000)));

/** Which actions of those that a rollup counts are meant, by outcome. */
const counted = (success: boolean | undefined) =>
  success === undefined ? 'actions' : success ? 'actions - failures' : 'failures';
const milliseconds = (time: string) => `(extract(epoch FROM ${time}) * 1000)::bigint`;
const DAY_START = milliseconds("day::timestamp AT TIME ZONE 'UTC'");

const sumOf = (rows: readonly { total: string }[]): number =>
  rows.reduce((sum, { total }) => sum + Number(total), 0);

function usersDays({ user_id, success }: ActionFilter, since: string): Lookup | undefined {
  if (user_id === undefined) return undefined;
  const count = counted(success);
  const text = `
    SELECT ${DAY_START} AS day, ${count} AS count, actions AS total
    FROM user_days
    WHERE user_id = $1 AND day >= $2::date`;
  return async (ask) => {
    const counts = await ask<DayCount & { total: string }>(`user's days, ${count}`, text, [
      user_id,
      since.slice(0, 10),
    ]);
    return {
      counts,
      seek: { by: 'user', condition: 'user_id = $1', values: [user_id], rows: sumOf(counts) },
    };
  };
}

/** The empty name is a total's, so the filter that asks for it is left to the rows, where it finds nothing. */
function typesDays({ user_type, action_type, success }: ActionFilter, since: string): Lookup | undefined {
  if (user_type === undefined && !action_type && success !== false) return undefined;
  const count = counted(success);
  if (!action_type) {
    const text = `
      SELECT ${milliseconds('bucket')} AS day, ${count} AS count
      FROM activity_rollups
      WHERE grain = 86400 AND bucket >= $1 AND user_type = $2 AND action_type = ''`;
    return async (ask) => ({
      counts: await ask(`user type's days, ${count}`, text, [since, user_type ?? '']),
    });
  }
  const text = `
    SELECT ${milliseconds('bucket')} AS day, coalesce(sum(${count}) FILTER (WHERE user_type = $3 OR $3 IS NULL), 0) AS count,
           sum(actions) AS total
    FROM activity_rollups
    WHERE grain = 86400 AND bucket >= $1 AND user_type <> '' AND action_type = $2
    GROUP BY bucket`;
  return async (ask) => {
    const values = [since, action_type, user_type ?? null];
    const counts = await ask<DayCount & { total: string }>(`action type's days, ${count}`, text, values);
    return {
      counts,
      seek: { by: 'type', condition: 'action_type = $1', values: [action_type], rows: sumOf(counts) },
    };
  };
}

/**
 * A method's rows are sought by its services as well: the index begins with them. So all of them have to be known, those of rows older than any
 * partition and those that were never folded too.
 */
function methodsDays({ service_name, method_name }: ActionFilter): Lookup | undefined {
  if (service_name === undefined && method_name === undefined) return undefined;
  const text = `
    SELECT ${DAY_START} AS day, service_name, sum(actions) AS count, sum(actions) AS total
    FROM method_days
    WHERE (service_name = $1 OR $1 IS NULL) AND (method_name = $2 OR $2 IS NULL)
    GROUP BY day, service_name`;
  return async (ask, pending) => {
    const values = [service_name ?? null, method_name ?? null];
    const counts = await ask<DayCount & { total: string; service_name: string }>(
      `methods' days`,
      text,
      values,
    );
    const services = new Set(
      service_name === undefined
        ? [...counts.map((row) => row.service_name), ...waitingServices(pending)]
        : [service_name],
    );
    const rows = sumOf(counts);
    const seek: Sought =
      method_name === undefined
        ? { by: 'service', condition: 'service_name = $1', values: [service_name] }
        : {
            by: 'method',
            condition: 'service_name = ANY($1::text[]) AND method_name = $2',
            values: [[...services], method_name],
          };
    return { counts, seek: { ...seek, rows } };
  };
}

const waitingServices = ({ minutes }: RollupDelta): string[] =>
  [...minutes.values()].flatMap(({ methods }) => [...methods.keys()]);

/** Every failure is counted by service, method and message. */
function failuresDays(filter: ActionFilter, since: string): Lookup | undefined {
  const names = (['service_name', 'method_name'] as const).filter((name) => filter[name] !== undefined);
  if (filter.success !== false || names.length === 0) return undefined;
  const conditions = names.map((name, index) => `AND ${name} = $${index + 2}`).join(' ');
  const text = `
    SELECT ${milliseconds('bucket')} AS day, sum(failures) AS count
    FROM error_rollups
    JOIN error_kinds USING (kind)
    WHERE grain = 86400 AND bucket >= $1 ${conditions}
    GROUP BY bucket`;
  const values = [since, ...names.map((name) => filter[name])];
  return async (ask) => ({ counts: await ask(`failures' days by ${names.join()}`, text, values) });
}
