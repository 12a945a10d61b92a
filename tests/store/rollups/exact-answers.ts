import { normaliseMessage } from '../../../src/store/rollups/normalise-message.js';
import type { TestDatabase } from '../../helpers/database.js';

/** ISO 8601: inclusive, exclusive. */
export interface AnsweredSpan {
  from: string;
  to: string;
}

export interface ExactCalls {
  name: string;
  call_count: number;
  failures: number;
  avg: number;
  min: number;
  max: number;
  p50: number;
  p95: number;
  p99: number;
}

export interface ExactActions {
  name: string;
  actions: number;
  failures: number;
  unique_users: number;
}

export interface ExactError {
  key: string;
  failures: number;
  last_id: string;
}

export interface ExactUser {
  user_id: string;
  actions: number;
  failures: number;
  last_seen: string;
}

const callColumns = `
  count(*)::int AS call_count, count(*) FILTER (WHERE NOT success)::int AS failures, avg(execution_time) AS avg,
  min(execution_time) AS min, max(execution_time) AS max,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY execution_time) AS p50,
  percentile_cont(0.95) WITHIN GROUP (ORDER BY execution_time) AS p95,
  percentile_cont(0.99) WITHIN GROUP (ORDER BY execution_time) AS p99`;
const actionColumns = `
  count(*)::int AS actions, count(*) FILTER (WHERE NOT success)::int AS failures, count(DISTINCT user_id)::int AS unique_users`;
const IN_SPAN = 'timestamp >= $1::timestamptz AND timestamp < $2::timestamptz';

/** What plain SQL over the stored rows says: no rollup, no sketch, no code of ours but the normalising of messages. */
export const exactAnswers = (db: TestDatabase) => {
  const ask = <Row>(sql: string, { from, to }: AnsweredSpan, ...more: unknown[]) =>
    db.query<Row>(sql, [from, to, ...more]);
  return {
    calls: (span: AnsweredSpan, by: 'service_name' | 'method_name', service?: string) =>
      ask<ExactCalls>(
        `SELECT ${by} AS name, ${callColumns} FROM service_metrics
         WHERE ${IN_SPAN} AND ($3::text IS NULL OR service_name = $3)
         GROUP BY ${by} ORDER BY count(*) DESC, ${by} COLLATE "C"`,
        span,
        service ?? null,
      ),

    /** Actions without a time, of every bucket of a grain (seconds) and each level: method, service, platform. Lines of text, sorted. */
    async untimed(grain: number): Promise<string[]> {
      const rows = await db.query<{ line: string }>(
        `SELECT concat_ws(' ', extract(epoch FROM bucket)::bigint, coalesce(service_name, ''), coalesce(method_name, ''),
                          count(*), count(*) FILTER (WHERE NOT success)) AS line
         FROM action_logs
         CROSS JOIN LATERAL (SELECT date_bin(make_interval(secs => $1), timestamp, '1970-01-01T00:00:00Z') AS bucket) AS of
         WHERE execution_time IS NULL
         GROUP BY GROUPING SETS ((bucket, service_name, method_name), (bucket, service_name), (bucket))`,
        [grain],
      );
      return rows.map(({ line }) => line).sort();
    },

    async total(span: AnsweredSpan): Promise<ExactActions | undefined> {
      const [row] = await ask<ExactActions>(
        `SELECT '' AS name, ${actionColumns} FROM action_logs WHERE ${IN_SPAN}`,
        span,
      );
      return row;
    },

    actionsBy: (span: AnsweredSpan, by: 'user_type' | 'action_type') =>
      ask<ExactActions>(
        `SELECT coalesce(${by}, 'unknown') AS name, ${actionColumns} FROM action_logs WHERE ${IN_SPAN}
         GROUP BY 1 ORDER BY count(*) DESC, 1`,
        span,
      ),

    async errors(span: AnsweredSpan, service?: string): Promise<ExactError[]> {
      const rows = await ask<{ id: string; place: string; error_message: string | null }>(
        `SELECT id, service_name || ' ' || method_name AS place, error_message FROM action_logs
         WHERE ${IN_SPAN} AND NOT success AND ($3::text IS NULL OR service_name = $3) ORDER BY id`,
        span,
        service ?? null,
      );
      const groups = new Map<string, ExactError>();
      for (const { id, place, error_message } of rows) {
        const key = `${place} ${normaliseMessage(error_message ?? undefined)}`;
        groups.set(key, { key, failures: (groups.get(key)?.failures ?? 0) + 1, last_id: id });
      }
      return [...groups.values()].sort((a, b) => b.failures - a.failures);
    },

    async users(span: AnsweredSpan): Promise<ExactUser[]> {
      const rows = await ask<Omit<ExactUser, 'last_seen'> & { last_seen: Date }>(
        `SELECT user_id, count(*)::int AS actions, count(*) FILTER (WHERE NOT success)::int AS failures,
                max(timestamp) AS last_seen
         FROM action_logs WHERE ${IN_SPAN} GROUP BY user_id`,
        span,
      );
      return rows.map((row) => ({ ...row, last_seen: row.last_seen.toISOString() }));
    },

    /** Figures of each point, by its number from 0; `starts` are their beginnings. */
    async actionPoints(span: AnsweredSpan, starts: readonly string[], userType?: string) {
      const rows = await ask<ExactActions & { point: number }>(
        `SELECT width_bucket(timestamp, $3::timestamptz[]) - 1 AS point, '' AS name, ${actionColumns} FROM action_logs
         WHERE ${IN_SPAN} AND ($4::text IS NULL OR coalesce(user_type, 'unknown') = $4) GROUP BY 1`,
        span,
        starts,
        userType ?? null,
      );
      return new Map(rows.map((row) => [row.point, row]));
    },

    async callPoints(span: AnsweredSpan, starts: readonly string[], service?: string, method?: string) {
      const rows = await ask<ExactCalls & { point: number }>(
        `SELECT width_bucket(timestamp, $3::timestamptz[]) - 1 AS point, '' AS name, ${callColumns} FROM service_metrics
         WHERE ${IN_SPAN} AND ($4::text IS NULL OR service_name = $4) AND ($5::text IS NULL OR method_name = $5)
         GROUP BY 1`,
        span,
        starts,
        service ?? null,
        method ?? null,
      );
      return new Map(rows.map((row) => [row.point, row]));
    },
  };
};

export type ExactAnswers = ReturnType<typeof exactAnswers>;
