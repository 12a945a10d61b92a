import type pg from 'pg';
import { query } from '../../store/query.js';
import type { Span } from '../../store/rollups/grains.js';
import { lowestUuidAt } from '../../store/uuid-v7.js';

/** What a user or a session did, or which event they triggered. */
export interface FunnelStep {
  kind: 'action' | 'event';
  type: string;
}

/** Everybody without a name is one user_id, and nobody's journey. */
const NOBODY = 'anonymous';

/**
 * How many users or sessions took the first step, the first two, and so on, each after the one before, from the first to the last within `withinMs`.
 *
 * One pass over the rows of the span, sorted once. A chain that began later leaves more time for what follows, so of all chains that took a step it is enough
 * to know the latest beginning: for each row of step k, the greatest beginning of a chain of k − 1 steps before it. That is exact, and needs
 * neither a self-join nor a subquery for each row (docs/operating.md, past one PostgreSQL).
 */
export async function getActionFunnel(
  pool: pg.Pool,
  key: 'user' | 'session',
  steps: readonly FunnelStep[],
  span: Span,
  withinMs: number | undefined,
): Promise<number[]> {
  const typesOf = (kind: FunnelStep['kind']) => steps.map((step) => (step.kind === kind ? step.type : null));
  const [row] = await query<{ counts: number[] }>(pool, {
    name: `action funnel ${key} ${steps.length}`,
    text: textFor(key, steps.length),
    values: [
      lowestUuidAt(span.from),
      lowestUuidAt(span.to),
      typesOf('action'),
      typesOf('event'),
      withinMs ?? span.to - span.from,
    ],
  });
  return steps.map((_, index) => row?.counts[index] ?? 0);
}

const sources = {
  user: `
    SELECT user_id AS key, id, timestamp, array_position($3::text[], action_type) AS step
    FROM action_logs
    WHERE id >= $1::uuid AND id < $2::uuid AND action_type = ANY($3::text[]) AND user_id <> '${NOBODY}'
    UNION ALL
    SELECT triggered_by, id, timestamp, array_position($4::text[], event_type)
    FROM business_events
    WHERE id >= $1::uuid AND id < $2::uuid AND event_type = ANY($4::text[]) AND triggered_by <> '${NOBODY}'`,
  // Events have no session; the parameter is there so that both kinds are asked alike.
  session: `
    SELECT session_id AS key, id, timestamp, array_position($3::text[], action_type) AS step
    FROM action_logs
    WHERE id >= $1::uuid AND id < $2::uuid AND action_type = ANY($3::text[]) AND session_id IS NOT NULL
      AND $4::text[] IS NOT NULL`,
} as const;

function textFor(key: 'user' | 'session', steps: number): string {
  let level = `
    SELECT key, id, timestamp, step, CASE WHEN step = 1 THEN timestamp END AS began_1
    FROM (${sources[key]}) AS rows`;
  for (let step = 2; step <= steps; step += 1) {
    const kept = Array.from({ length: step - 1 }, (_, index) => `began_${index + 1}`).join(', ');
    level = `
    SELECT key, id, timestamp, step, ${kept},
           CASE WHEN step = ${step} AND timestamp - began <= $5::float8 * interval '1 ms' THEN began END AS began_${step}
    FROM (
      SELECT *, max(began_${step - 1}) OVER (
        PARTITION BY key ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS began
      FROM (${level}) AS level_${step - 1}
    ) AS chained_${step}`;
  }
  const numbers = Array.from({ length: steps }, (_, index) => index + 1);
  return `
    SELECT ARRAY[${numbers.map((step) => `count(*) FILTER (WHERE took_${step})::float8`).join(', ')}] AS counts
    FROM (
      SELECT key, ${numbers.map((step) => `bool_or(began_${step} IS NOT NULL) AS took_${step}`).join(', ')}
      FROM (${level}) AS levels
      GROUP BY key
    ) AS keys`;
}
