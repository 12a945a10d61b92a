import type pg from 'pg';
import { timeText } from '../upsert.js';
import type { RollupRows } from './aggregate.js';
import { DAY, type Grain, type Span } from './grains.js';

/** How many rows of a rollup are not what the raw rows say. */
export interface Difference {
  table: string;
  /** In the raw rows, not in the rollup. */
  missing: number;
  /** In the rollup, not in the raw rows. */
  surplus: number;
  /** In both, with other figures. */
  wrong: number;
  /** One of them, for people. */
  example?: string;
}

/** Compares what is stored of a span and some grains with what it should be; tables that agree are left out. */
export async function compareRollups(
  client: pg.ClientBase,
  span: Span,
  grains: readonly Grain[],
  expected: RollupRows,
): Promise<Difference[]> {
  const bounds = [grains, timeText(span.from), timeText(span.to)];
  const stored = async (text: string, values: unknown[] = bounds) =>
    (await client.query<{ key: string; figures: string }>(text, values)).rows;
  const calls = await client.query<StoredCalls>(
    `SELECT concat_ws(' ', grain, ${START}, service_name, method_name) AS key, calls, failures, untimed, untimed_failures, time_sum, time_min,
            time_max, encode(sketch, 'hex') AS sketch
     FROM service_rollups WHERE ${IN_SPAN}`,
    bounds,
  );
  const differences = [
    diff(
      'rollup_buckets',
      await stored(
        `SELECT concat_ws(' ', grain, ${START}) AS key, '' AS figures FROM rollup_buckets WHERE ${IN_SPAN}`,
      ),
      expected.buckets.map((row) => [`${row.grain} ${row.bucket / 1_000}`, '']),
    ),
    diff(
      'service_rollups',
      calls.rows.map((row) => ({
        key: row.key,
        figures: `${row.calls} ${row.failures} ${row.untimed} ${row.untimed_failures} ${row.time_min} ${row.time_max} ${row.sketch} ${row.time_sum}`,
      })),
      expected.services.map((row) => [
        `${row.grain} ${row.bucket / 1_000} ${row.service_name} ${row.method_name}`,
        `${row.calls} ${row.failures} ${row.untimed} ${row.untimed_failures} ${row.min} ${row.max} ${row.sketch.toBytes().toString('hex')} ${row.sum}`,
      ]),
      sameButForRounding,
    ),
    diff(
      'activity_rollups',
      await stored(
        `SELECT concat_ws(' ', grain, ${START}, user_type, action_type) AS key, concat_ws(' ', actions, failures) AS figures
         FROM activity_rollups WHERE ${IN_SPAN}`,
      ),
      expected.activity.map((row) => [
        `${row.grain} ${row.bucket / 1_000} ${row.user_type} ${row.action_type}`,
        `${row.actions} ${row.failures}`,
      ]),
    ),
    diff(
      'user_rollups',
      await stored(
        `SELECT concat_ws(' ', grain, ${START}, user_type) AS key, users::text AS figures
         FROM user_rollups WHERE ${IN_SPAN}`,
      ),
      expected.users.map((row) => [
        `${row.grain} ${row.bucket / 1_000} ${row.user_type}`,
        String(row.set.count),
      ]),
    ),
    diff(
      'error_rollups',
      await stored(
        `SELECT concat_ws(' ', grain, ${START}, service_name, method_name, message) AS key, concat_ws(' ', failures, last_id) AS figures
         FROM error_rollups JOIN error_kinds USING (kind) WHERE ${IN_SPAN}`,
      ),
      expected.errors.map((row) => [
        `${row.grain} ${row.bucket / 1_000} ${row.service_name} ${row.method_name} ${row.message}`,
        `${row.failures} ${row.last_id}`,
      ]),
    ),
  ];
  if (grains.includes(DAY)) {
    differences.push(
      diff(
        'user_days',
        await stored(
          `SELECT concat_ws(' ', day, user_id) AS key, concat_ws(' ', actions, failures) AS figures
           FROM user_days WHERE ${DAY_IN_SPAN}`,
          bounds.slice(1),
        ),
        expected.userDays.map((row) => [
          `${timeText(row.day).slice(0, 10)} ${row.user_id}`,
          `${row.actions} ${row.failures}`,
        ]),
      ),
      diff(
        'method_days',
        await stored(
          `SELECT concat_ws(' ', day, service_name, method_name) AS key, actions::text AS figures
           FROM method_days WHERE ${DAY_IN_SPAN}`,
          bounds.slice(1),
        ),
        expected.methodDays.map((row) => [
          `${timeText(row.day).slice(0, 10)} ${row.service_name} ${row.method_name}`,
          String(row.actions),
        ]),
      ),
    );
  }
  return differences.filter(({ missing, surplus, wrong }) => missing + surplus + wrong > 0);
}

const START = 'extract(epoch FROM bucket)::bigint';
const DAY_IN_SPAN = `day >= $1::timestamptz AT TIME ZONE 'UTC' AND day < $2::timestamptz AT TIME ZONE 'UTC'`;
const IN_SPAN = 'grain = ANY($1::int[]) AND bucket >= $2 AND bucket < $3';

interface StoredCalls {
  key: string;
  calls: string;
  failures: string;
  untimed: string;
  untimed_failures: string;
  time_sum: number;
  time_min: number;
  time_max: number;
  sketch: string;
}

/** A sum of doubles depends on the order in which they were added, in its last digits; it stands last. */
function sameButForRounding(a: string, b: string): boolean {
  const [restA, sumA] = splitLast(a);
  const [restB, sumB] = splitLast(b);
  return restA === restB && Math.abs(sumA - sumB) <= 1e-9 * Math.max(Math.abs(sumA), Math.abs(sumB));
}

const splitLast = (text: string): [string, number] => {
  const at = text.lastIndexOf(' ');
  return [text.slice(0, at), Number(text.slice(at + 1))];
};

function diff(
  table: string,
  stored: readonly { key: string; figures: string }[],
  expected: readonly (readonly [key: string, figures: string])[],
  same = (a: string, b: string) => a === b,
): Difference {
  const wanted = new Map(expected);
  const difference: Difference = { table, missing: 0, surplus: 0, wrong: 0 };
  const note = (text: string) => {
    difference.example ??= text.length > 300 ? `${text.slice(0, 299)}…` : text;
  };
  for (const { key, figures } of stored) {
    const right = wanted.get(key);
    wanted.delete(key);
    if (right === undefined) {
      difference.surplus += 1;
      note(`«${key}» should not be there`);
    } else if (!same(right, figures)) {
      difference.wrong += 1;
      note(`«${key}» is ${figures} and should be ${right}`);
    }
  }
  difference.missing = wanted.size;
  for (const [key, figures] of wanted) {
    note(`«${key}» is missing, and should be ${figures}`);
    break;
  }
  return difference;
}
