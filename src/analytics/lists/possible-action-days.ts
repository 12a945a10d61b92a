import type pg from 'pg';
import { type Ask, readRollups } from '../../store/rollups/read-rollups.js';
import type { RollupDelta } from '../../store/rollups/rollup-delta.js';
import type { ActionFilter } from './action-source.js';
import type { PossibleDays } from './day-walk.js';
import { dayOf } from './id-range.js';

/** What one rollup says of a day: its start in Unix ms, and how many actions match what that rollup knows of the filter. */
interface DayCount {
  day: string;
  count: string;
}
type Lookup = (ask: Ask) => Promise<DayCount[]>;

/**
 * The days that may have matching actions, as the day's rollups tell: who acted when, which types there were, what failed in which service. Each
 * rollup knows a part of the filter, so a day must be possible by all of them. Counts are upper bounds. What is counted but not folded yet is
 * in no rollup, so its days are possible, however many rows they have. Undefined where no rollup knows anything about the filter.
 */
export function possibleActionDays(
  pool: pg.Pool,
  filter: ActionFilter,
  oldest: number,
): Promise<PossibleDays> | undefined {
  const since = new Date(oldest).toISOString();
  const lookups = [usersDays, typesDays, failuresDays].flatMap((lookup) => lookup(filter, since) ?? []);
  if (lookups.length === 0) return undefined;
  return readRollups(pool, async (pending, ask) => {
    const answers = await Promise.all(lookups.map((lookup) => lookup(ask)));
    const [first = new Map(), ...others] = answers.map(
      (rows) => new Map(rows.map(({ day, count }) => [Number(day), Number(count)])),
    );
    const possible = new Map<number, number>();
    for (const [day, count] of first) {
      const counts = others.map((other) => other.get(day));
      if (counts.every((one) => one !== undefined)) possible.set(day, Math.min(count, ...counts));
    }
    for (const day of pendingDays(pending)) possible.set(day, possible.get(day) ?? 0);
    return possible;
  });
}

/** The days of what is not folded into the rollups yet, by their start in Unix ms. */
export const pendingDays = ({ minutes }: Pick<RollupDelta, 'minutes'>): Set<number> =>
  new Set([...minutes.keys()].map((minute) => dayOf(minute * 60_000)));

/** Which actions of those that a rollup counts are meant, by outcome. */
const counted = (success: boolean | undefined, all = 'actions') =>
  success === undefined ? all : success ? `${all} - failures` : 'failures';
const milliseconds = (time: string) => `(extract(epoch FROM ${time}) * 1000)::bigint`;

function usersDays({ user_id, success }: ActionFilter, since: string): Lookup | undefined {
  if (user_id === undefined) return undefined;
  const count = counted(success);
  const text = `
    SELECT ${milliseconds("day::timestamp AT TIME ZONE 'UTC'")} AS day, ${count} AS count
    FROM user_days
    WHERE user_id = $1 AND day >= $2::date AND ${count} > 0`;
  return (ask) => ask(`user's possible days, ${count}`, text, [user_id, since.slice(0, 10)]);
}

/** The empty name is a total's, so the filter that asks for it is left to the rows, where it finds nothing. */
function typesDays({ user_type, action_type, success }: ActionFilter, since: string): Lookup | undefined {
  if (user_type === undefined && !action_type && success !== false) return undefined;
  const count = `sum(${counted(success)})`;
  const byUserType = user_type !== undefined ? '= $2' : action_type ? "<> ''" : "= ''";
  const text = `
    SELECT ${milliseconds('bucket')} AS day, ${count} AS count
    FROM activity_rollups
    WHERE grain = 86400 AND bucket >= $1 AND user_type ${byUserType} AND action_type = ${user_type === undefined ? '$2' : '$3'}
    GROUP BY bucket
    HAVING ${count} > 0`;
  const name = `types' possible days, ${count} ${byUserType}`;
  const values = [since, ...(user_type === undefined ? [] : [user_type]), action_type ?? ''];
  return (ask) => ask(name, text, values);
}

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
  return (ask) => ask(`failures' possible days by ${names.join()}`, text, values);
}
