import type { Facts } from '../facts.js';
import { seenReplicas } from '../facts.js';
import type { PartReport } from '../part.js';
import { bytes, counted, round, span } from '../words.js';

/** Milliseconds. A round trip takes 0.2 to 2; at 250 every request is felt to be slow. */
export const SLOW_DATABASE = 250;

export function databasePart(facts: Facts): PartReport {
  const { own, shared, pools, database_bytes: size } = facts;
  if (!shared) return { ...withoutAnswer(facts), figure: null, details: { pools } };
  const { version } = shared.platform;
  const known = seenReplicas(facts).flatMap(({ measures }) => measures.database_latency_ms ?? []);
  const details = { version, size_bytes: size ?? null, pools };
  const holds = size === undefined ? '.' : `; it holds ${bytes(size)}.`;
  if (known.length === 0) {
    return {
      state: 'ok',
      why: `PostgreSQL ${version} answers; how fast was not measured yet${holds}`,
      figure: null,
      details,
    };
  }
  const latency = round(Math.max(...known));
  const slow = latency > SLOW_DATABASE;
  const waiting = own.measures.connections_waiting ?? 0;
  const starved =
    waiting > 0 ? ` ${counted(waiting, 'caller waits', 'callers wait')} for a connection here.` : '';
  return {
    state: slow ? 'degraded' : 'ok',
    why: `PostgreSQL ${version} answers in ${latency} ms${slow ? `, and above ${SLOW_DATABASE} ms every request is slow` : ''}${holds}${starved}`,
    figure: { value: latency, unit: 'ms' },
    details,
  };
}

function withoutAnswer({ lost, now }: Facts): Pick<PartReport, 'state' | 'why'> {
  if (!lost) return { state: 'unknown', why: 'The database was not asked yet.' };
  const since = span((now - lost.since) / 1_000);
  return lost.away
    ? {
        state: 'down',
        why: `The database has not answered this replica for ${since}: ${lost.why}. Whoever sends gets 503 and should try again; what was acknowledged is stored.`,
      }
    : {
        state: 'degraded',
        why: `The database answers with an error, for ${since} now: ${lost.why}.${/does not exist/.test(lost.why) ? ' Is a migration missing? Run «npx prisma migrate deploy».' : ''}`,
      };
}
