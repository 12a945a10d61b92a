import { type Facts, seenReplicas } from '../facts.js';
import type { PartReport } from '../part.js';
import { count, counted, round } from '../words.js';

/** Of what fits. A full queue refuses with 503; at half, the database takes rows more slowly than they come. */
export const FILLING_QUEUE = 50;

/** The rows that wait to be written, on all replicas; it is as well as the fullest of them. */
export function queuePart(facts: Facts): PartReport {
  const replicas = seenReplicas(facts).map(({ id, host, measures }) => ({
    replica: id,
    host,
    rows: measures.queue_depth ?? 0,
    share_percent: round(measures.queue_share ?? 0),
  }));
  const rows = replicas.reduce((sum, one) => sum + one.rows, 0);
  const fullest = replicas.reduce((most, one) => (one.share_percent > most.share_percent ? one : most));
  const figure = { value: rows, unit: 'rows' };
  const details = { replicas };
  if (!facts.queue_available) {
    return {
      state: 'down',
      why: `The database takes no rows from this replica: whoever sends gets 503 and should try again; ${counted(replicas[0]?.rows ?? 0, 'row of its own call log waits', 'rows of its own call log wait')} in memory.`,
      figure,
      details,
    };
  }
  const waits =
    rows === 0
      ? 'Nothing waits to be stored.'
      : `${counted(rows, 'row waits', 'rows wait')} to be stored${replicas.length > 1 ? ` on ${replicas.length} replicas` : ''}.`;
  if (fullest.share_percent < FILLING_QUEUE) return { state: 'ok', why: waits, figure, details };
  const full = fullest.share_percent >= 100;
  return {
    state: full ? 'down' : 'degraded',
    why: `${waits} The queue of ${fullest.host} is ${full ? 'full' : `${fullest.share_percent} % full`} (${count(facts.queue_rows_fit)} rows fit): rows come faster than the database takes them${full ? ', and senders get 503' : ''}.`,
    figure,
    details,
  };
}
