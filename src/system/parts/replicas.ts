import { type Facts, isSeen, type ReplicaFacts, seenReplicas } from '../facts.js';
import type { PartReport } from '../part.js';
import { counted, isoTime, span } from '../words.js';

/** Seconds for which a replica that died is worth a look; after that it stays in the list for a day. */
export const DEATH_IS_NEWS = 900;

export function replicasPart(facts: Facts): PartReport {
  const { own, shared } = facts;
  if (!shared) {
    return {
      state: 'unknown',
      why: 'This replica runs. Which others do is known to the database alone, which could not be asked: see the part «database».',
      figure: null,
      details: { replicas: [view(own, own)] },
    };
  }
  const seen = seenReplicas(facts);
  const gone = shared.replicas.filter((replica) => replica.id !== own.id && !isSeen(replica));
  const died = gone.filter((one) => one.silent_s < DEATH_IS_NEWS && !isReplaced(one, seen));
  const versions = new Set(seen.map(({ version }) => version));
  const words = [
    `${counted(seen.length, 'replica runs', 'replicas run')}.`,
    ...died.map(
      ({ host, pid, silent_s }) =>
        `${host} (process ${pid}) was last heard of ${span(silent_s)} ago and did not say that it was closing: it died, hangs, or cannot reach the database.`,
    ),
    ...(versions.size > 1 ? [`They are of different versions: ${[...versions].sort().join(', ')}.`] : []),
  ];
  return {
    state: died.length > 0 ? 'degraded' : 'ok',
    why: words.join(' '),
    figure: { value: seen.length, unit: 'replicas' },
    details: { replicas: [...seen, ...gone].map((one) => view(one, own)) },
  };
}

/** Its host has started another since: it was restarted. */
const isReplaced = (gone: ReplicaFacts, seen: readonly ReplicaFacts[]): boolean =>
  seen.some(({ host, started_at }) => host === gone.host && started_at > (gone.seen_at ?? 0));

const view = (one: ReplicaFacts, own: ReplicaFacts) => ({
  replica: one.id,
  host: one.host,
  pid: one.pid,
  version: one.version,
  state: one.id === own.id || isSeen(one) ? 'seen' : 'gone',
  started_at: isoTime(one.started_at),
  seen_at: one.seen_at === null ? null : isoTime(one.seen_at),
  ...(one.id === own.id ? { answers_you: true } : {}),
});
