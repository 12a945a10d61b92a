import { type Facts, seenReplicas } from '../facts.js';
import type { PartReport } from '../part.js';
import { bytes, round } from '../words.js';

/** Percent free. PostgreSQL stops when it cannot write its log; at 5 % a busy day may be what is left. */
export const DISK_LOW = 15;
export const DISK_FULL = 5;

export function diskPart(facts: Facts): PartReport {
  const disks = seenReplicas(facts).flatMap(({ host, measures }) => {
    const { disk_free_percent: percent, disk_free_bytes: free } = measures;
    return percent === undefined || free === undefined ? [] : [{ host, percent, free }];
  });
  const [first, ...rest] = disks;
  if (!first) {
    return {
      state: 'unknown',
      why: facts.disk_known
        ? 'The volume of the database could not be looked at.'
        : 'The database runs elsewhere (DATABASE_URL) and does not say how full its disk is: watch its volume there.',
      figure: null,
    };
  }
  const { percent, free } = rest.reduce((least, one) => (one.percent < least.percent ? one : least), first);
  const state = percent < DISK_FULL ? 'down' : percent < DISK_LOW ? 'degraded' : 'ok';
  const threat = {
    ok: '',
    degraded: `; below ${DISK_LOW} % somebody should make room, below ${DISK_FULL} % the database may stop`,
    down: `; below ${DISK_FULL} % the database may stop at any time: make room now`,
  }[state];
  return {
    state,
    why: `${round(percent)} % of the disk that the database is on is free (${bytes(free)})${threat}.`,
    figure: { value: round(percent), unit: '%' },
    details: { free_bytes: free },
  };
}
