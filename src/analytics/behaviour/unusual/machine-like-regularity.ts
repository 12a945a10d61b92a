import type { Finding } from '../../../contract/behaviour.js';
import type { BehaviourAction } from '../behaviour-action.js';
import { chanceOfVariation } from '../statistics/chance-of-variation.js';
import { makeFinding } from './make-finding.js';
import type { OwnPast } from './own-past.js';

/** 50 gaps are looked at: 51 actions. */
const GAPS = 50;
/** Gaps of people at a screen vary by about their mean (1); fingers that keep time reach 0.3. */
const HIGHEST_VARIATION = 0.1;
/** Batches carry times a millisecond or none apart, which is their writing, not a machine's rhythm. */
const LEAST_MEAN_GAP = 100;
/** People's gaps come in moods, fast ones after fast ones: ten of them are taken for one piece of evidence. */
const INDEPENDENT_GAPS = GAPS / 10;

/**
 * Gaps that are nearly equal. Silent where the person's past has such a stretch as well: then it is their app that asks every few seconds.
 */
export function machineLikeRegularity({ past, recent }: OwnPast): Finding | null {
  const found = mostRegular(recent);
  if (found === null || mostRegular(past) !== null) return null;
  const shown = recent.slice(found.end - GAPS, found.end + 1);
  return makeFinding('machine_like_regularity', {
    reason: `${GAPS + 1} actions one every ${(found.mean / 1_000).toFixed(1)} s, with gaps that vary by ${(100 * found.variation).toFixed(1)} %; people's vary by about 100 %`,
    chance: chanceOfVariation(found.variation, INDEPENDENT_GAPS),
    actions: shown,
    since: shown[0]?.timestamp ?? 0,
  });
}

/** The stretch with the lowest coefficient of variation, among those that are low enough. */
function mostRegular(
  actions: readonly BehaviourAction[],
): { end: number; mean: number; variation: number } | null {
  const times = Float64Array.from(actions, ({ timestamp }) => timestamp);
  let best: { end: number; mean: number; variation: number } | null = null;
  for (let end = GAPS; end < times.length; end += 1) {
    const mean = ((times[end] ?? 0) - (times[end - GAPS] ?? 0)) / GAPS;
    if (mean < LEAST_MEAN_GAP) continue;
    const limit = GAPS * (mean * (best?.variation ?? HIGHEST_VARIATION)) ** 2;
    let square = 0;
    for (let at = end - GAPS + 1; at <= end && square <= limit; at += 1) {
      square += ((times[at] ?? 0) - (times[at - 1] ?? 0) - mean) ** 2;
    }
    if (square <= limit) best = { end, mean, variation: Math.sqrt(square / GAPS) / mean };
  }
  return best;
}
