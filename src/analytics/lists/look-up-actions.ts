import { type Along, readRollups } from '../../store/rollups/read-rollups.js';
import type { RollupDelta } from '../../store/rollups/rollup-delta.js';
import type { UserDay } from '../behaviour/user-day.js';
import { foldedDays } from '../queries/user-days.js';
import { type ActionFilter, narrowing } from './action-filter.js';
import type { PossibleDay } from './day-walk.js';
import { dayOf } from './id-range.js';
import type { Known, ReadFrom } from './list-source.js';
import { MOST_SOUGHT, type Sought } from './seek-rows.js';

/** What one rollup says of a day: its start in Unix ms, how many actions match what that rollup knows of the filter, and how many an index finds for it. */
interface DayCount {
  day: number;
  count: number;
  /** Null or left out where no index has just those. */
  total?: number | null;
}
/** A day with how many actions there are of the value by which they could be sought. */
interface DayTotal extends DayCount {
  total: number;
}
/** A question to one rollup, and what its rows say. */
interface Lookup extends Along {
  /** The fields of a filter that its counts take into account. */
  knows: readonly (keyof ActionFilter)[];
  read: (rows: never, pending: RollupDelta) => LookedUp;
}

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
  { reader, memory }: ReadFrom,
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
  const fields = narrowing.filter((field) => filter[field] !== undefined);
  return readRollups(
    reader,
    memory,
    (pending, _ask, { along }) => {
      const answers = lookups.map((lookup, index) => lookup.read((along[index] ?? []) as never, pending));
      const days = daysOfAll(answers.map(({ counts }) => possibleDays(counts)));
      for (const day of pendingDays(pending)) if (!days.has(day)) days.set(day, { most: 0, found: 0 });
      const [fewest] = answers
        .flatMap(({ seek }) => (seek && seek.rows <= MOST_SOUGHT ? [seek] : []))
        .sort((a, b) => a.rows - b.rows);
      return {
        days,
        exact: lookups.some(({ knows }) => fields.every((field) => knows.includes(field))),
        seek: fewest,
      };
    },
    lookups,
  );
}

function possibleDays(counts: readonly DayCount[]): Map<number, PossibleDay> {
  const days = new Map<number, PossibleDay>();
  for (const { day, count, total } of counts) {
    const { most = 0, found = 0 } = days.get(day) ?? {};
    if (count > 0) days.set(day, { most: most + count, found: found + (total ?? Number.POSITIVE_INFINITY) });
  }
  return days;
}

/** The days that are possible by all rollups, each with the least that one of them says. */
function daysOfAll([first = new Map(), ...others]: readonly Map<number, PossibleDay>[]): Map<
  number,
  PossibleDay
> {
  const days = new Map<number, PossibleDay>();
  for (const [day, known] of first) {
    const all = [known, ...others.flatMap((other) => other.get(day) ?? [])];
    if (all.length <= others.length) continue;
    days.set(day, {
      most: Math.min(...all.map(({ most }) => most)),
      found: Math.min(...all.map(({ found }) => found)),
    });
  }
  return days;
}

/** The days of what is not folded into the rollups yet, by their start in Unix ms. */
const pendingDays = ({ minutes }: Pick<RollupDelta, 'minutes'>): Set<number> =>
  new Set([...minutes.keys()].map((minute) => dayOf(minute * 60_000)));

/** Which actions of those that a rollup counts are meant, by outcome. */
const counted = (success: boolean | undefined) =>
  success === undefined ? 'actions' : success ? 'actions - failures' : 'failures';
/** In a statement's name, of which PostgreSQL reads 63 characters. */
const outcome = (success: boolean | undefined) => (success === undefined ? 'a' : success ? 's' : 'f');
const initials = (names: readonly (readonly [string, string])[]) => names.map(([name]) => name[0]).join('');
const milliseconds = (time: string) => `extract(epoch FROM ${time})::float8 * 1000`;
const DAY_START = milliseconds("day::timestamp AT TIME ZONE 'UTC'");

const sumOf = (rows: readonly { total: number }[]): number => rows.reduce((sum, { total }) => sum + total, 0);

/** All of a person's rows, sought by their index. */
export const seekUser = (userId: string): Sought => ({
  by: 'user',
  condition: 'user_id = $1',
  values: [userId],
});

function usersDays({ user_id, success }: ActionFilter): Lookup | undefined {
  if (user_id === undefined) return undefined;
  return {
    ...foldedDays(user_id),
    knows: ['user_id', 'success'],
    read: (days: UserDay[]) => ({
      counts: days.map(({ day, actions, failures }) => ({
        day,
        count: success === undefined ? actions : success ? actions - failures : failures,
        total: actions,
      })),
      seek: { ...seekUser(user_id), rows: days.reduce((sum, { actions }) => sum + actions, 0) },
    }),
  };
}

/** The empty name is a total's, so the filter that asks for it is left to the rows, where it finds nothing. */
function typesDays({ user_type, action_type, success }: ActionFilter, since: string): Lookup | undefined {
  if (user_type === undefined && !action_type && success !== false) return undefined;
  const count = counted(success);
  // Indexes have admins, and failures.
  const indexed = user_type === 'admin' ? 'actions' : success === false ? 'failures' : 'NULL::int';
  if (!action_type)
    return {
      name: `user types ${outcome(success)}${indexed[0]}`,
      knows: ['user_type', 'success'],
      sql: (bind) => `
        SELECT ${milliseconds('bucket')} AS day, ${count} AS count, ${indexed} AS total
        FROM activity_rollups
        WHERE grain = 86400 AND bucket >= ${bind(since)} AND user_type = ${bind(user_type ?? '')} AND action_type = ''`,
      read: (counts: DayCount[]) => ({ counts }),
    };
  const ofType = (bind: (value: unknown) => string) =>
    user_type === undefined ? '' : `FILTER (WHERE user_type = ${bind(user_type)})`;
  return {
    name: `action types ${user_type === undefined ? '' : 'u'}${outcome(success)}`,
    knows: ['user_type', 'action_type', 'success'],
    sql: (bind) => `
      SELECT ${milliseconds('bucket')} AS day, coalesce(sum(${count}) ${ofType(bind)}, 0) AS count, sum(actions) AS total
      FROM activity_rollups
      WHERE grain = 86400 AND bucket >= ${bind(since)} AND user_type <> '' AND action_type = ${bind(action_type)}
      GROUP BY bucket`,
    read: (counts: DayTotal[]) => ({
      counts,
      seek: { by: 'type', condition: 'action_type = $1', values: [action_type], rows: sumOf(counts) },
    }),
  };
}

/**
 * A method's rows are sought by its services as well: the index begins with them. So all of them have to be known, those of rows older than any
 * partition and those that were never folded too.
 */
function methodsDays({ service_name, method_name }: ActionFilter): Lookup | undefined {
  if (service_name === undefined && method_name === undefined) return undefined;
  const names = namesOf({ service_name, method_name });
  return {
    name: `methods ${initials(names)}`,
    knows: ['service_name', 'method_name'],
    sql: (bind) => `
      SELECT ${DAY_START} AS day, service_name, sum(actions) AS count, sum(actions) AS total
      FROM method_days
      WHERE ${names.map(([name, value]) => `${name} = ${bind(value)}`).join(' AND ')}
      GROUP BY day, service_name`,
    read(counts: (DayTotal & { service_name: string })[], pending) {
      const services = new Set(
        service_name === undefined
          ? [...counts.map((row) => row.service_name), ...waitingServices(pending)]
          : [service_name],
      );
      const seek: Sought =
        method_name === undefined
          ? { by: 'service', condition: 'service_name = $1', values: [service_name] }
          : {
              by: 'method',
              condition: 'service_name = ANY($1::text[]) AND method_name = $2',
              values: [[...services], method_name],
            };
      return { counts, seek: { ...seek, rows: sumOf(counts) } };
    },
  };
}

/** Those of the names that are asked for, in one order. */
const namesOf = (filter: Pick<ActionFilter, 'service_name' | 'method_name'>) =>
  (['service_name', 'method_name'] as const).flatMap((name) => {
    const value = filter[name];
    return value === undefined ? [] : [[name, value] as const];
  });

const waitingServices = ({ minutes }: RollupDelta): string[] =>
  [...minutes.values()].flatMap(({ methods }) => [...methods.keys()]);

/** Every failure is counted by service, method and message. */
function failuresDays(filter: ActionFilter, since: string): Lookup | undefined {
  const names = namesOf(filter);
  if (filter.success !== false || names.length === 0) return undefined;
  return {
    name: `failures ${initials(names)}`,
    knows: ['service_name', 'method_name', 'success'],
    sql: (bind) => `
      SELECT ${milliseconds('bucket')} AS day, sum(failures) AS count
      FROM error_rollups
      JOIN error_kinds USING (kind)
      WHERE grain = 86400 AND bucket >= ${bind(since)} AND ${names.map(([name, value]) => `${name} = ${bind(value)}`).join(' AND ')}
      GROUP BY bucket`,
    read: (counts: DayCount[]) => ({ counts }),
  };
}
