import { LatencySketch } from '../../../src/store/rollups/latency-sketch.js';
import type {
  ActionFigures,
  MethodFigures,
  MinuteFigures,
} from '../../../src/store/rollups/minute-figures.js';
import type { TestDatabase } from '../../helpers/database.js';

type MethodRow = Omit<MethodFigures, 'sketch'> & { at: number; times: number[] };

const MINUTE_START = `extract(epoch FROM date_trunc('minute', timestamp))::float8 * 1000`;
const IN_SPAN = 'timestamp >= $1::timestamptz AND timestamp < $2::timestamptz';

/** The minutes of a span, as plain SQL over the stored rows counts them; of our code only a sketch of the very times. */
export async function exactMinutes(db: TestDatabase, from: number, to: number): Promise<MinuteFigures[]> {
  const bounds = [new Date(from), new Date(to)];
  const methods = await db.query<MethodRow>(
    `SELECT ${MINUTE_START} AS at, service_name, method_name, count(execution_time)::int AS calls,
            count(*) FILTER (WHERE execution_time IS NOT NULL AND NOT success)::int AS failures,
            count(*) FILTER (WHERE execution_time IS NULL)::int AS untimed,
            count(*) FILTER (WHERE execution_time IS NULL AND NOT success)::int AS untimed_failures,
            coalesce(sum(execution_time), 0) AS time_sum,
            coalesce(array_agg(execution_time) FILTER (WHERE execution_time IS NOT NULL), '{}') AS times
     FROM (SELECT timestamp, service_name, method_name, success, execution_time FROM service_metrics
           UNION ALL
           SELECT timestamp, service_name, method_name, success, NULL FROM action_logs WHERE execution_time IS NULL) AS row
     WHERE ${IN_SPAN}
     GROUP BY 1, 2, 3`,
    bounds,
  );
  const actions = await db.query<ActionFigures & { at: number }>(
    `SELECT ${MINUTE_START} AS at, coalesce(user_type, 'unknown') AS user_type, action_type, count(*)::int AS actions,
            count(*) FILTER (WHERE NOT success)::int AS failures
     FROM action_logs WHERE ${IN_SPAN}
     GROUP BY 1, 2, 3`,
    bounds,
  );
  const starts = [...new Set([...methods, ...actions].map((row) => row.at))].sort((a, b) => a - b);
  return starts.map((at) => ({
    at,
    services: methods.filter((row) => row.at === at).map(withSketch),
    activity: actions.filter((row) => row.at === at).map(({ at: _, ...row }) => row),
  }));
}

function withSketch({ at, times, ...row }: MethodRow): MethodFigures {
  const sketch = new LatencySketch();
  for (const ms of times) sketch.add(ms);
  return { ...row, sketch };
}
