import type { SystemHealth, SystemPart } from '../contract/system.js';
import { type Facts, seenReplicas } from './facts.js';
import type { PartReport } from './part.js';
import { databasePart } from './parts/database.js';
import { diskPart } from './parts/disk.js';
import { eventLoopPart } from './parts/event-loop.js';
import { givenPart, placeholders } from './parts/given.js';
import { jobsPart } from './parts/jobs.js';
import { partitionsPart } from './parts/partitions.js';
import { queuePart } from './parts/queue.js';
import { replicasPart } from './parts/replicas.js';
import { retentionPart } from './parts/retention.js';
import { rollupsPart } from './parts/rollups.js';

/** Every part as the facts have it, in the order of the page: what others depend on first. Pure. */
export function judgeParts(facts: Facts): Map<string, PartReport> {
  const parts = new Map<string, PartReport>([
    ['database', databasePart(facts)],
    ['queue', queuePart(facts)],
    ['replicas', replicasPart(facts)],
    ['listen', givenPart('listen', facts)],
    ['jobs', jobsPart(facts)],
    ['disk', diskPart(facts)],
    ['partitions', partitionsPart(facts)],
    ['rollups', rollupsPart(facts)],
    ['event_loop', eventLoopPart(facts)],
    ['retention', retentionPart(facts)],
    ['last_report', givenPart('last_report', facts)],
  ]);
  const given = new Set(seenReplicas(facts).flatMap((replica) => Object.keys(replica.parts)));
  for (const part of [...given].sort()) {
    if (!(part in placeholders) && !parts.has(part)) parts.set(part, givenPart(part, facts));
  }
  return parts;
}

/** Without these nothing is stored or read. */
const vital = new Set(['database', 'queue']);

export function statusOf(parts: readonly Pick<SystemPart, 'part' | 'state'>[]): SystemHealth['status'] {
  if (parts.some(({ part, state }) => vital.has(part) && state === 'down')) return 'down';
  return parts.some(({ state }) => state === 'degraded' || state === 'down') ? 'degraded' : 'ok';
}
