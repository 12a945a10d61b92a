import type { ConditionOf } from '../../contract/alert-rule.js';
import { type Evaluator, STEP } from './evaluator.js';

/** Somebody does what the detectors of unusual users find. */
export function unusualUser({ detectors, min_score }: ConditionOf<'unusual_user'>): Evaluator {
  const wanted = detectors && new Set<string>(detectors);
  return {
    every: STEP,
    lookback: 0,
    async observe(at, world) {
      const active = await world.findings(at);
      return active
        .filter(({ detector, score }) => score >= min_score && (wanted?.has(detector) ?? true))
        .map(({ detector, subject_kind, subject, score, reason }) => ({
          group: { detector, [subject_kind]: subject },
          breached: true,
          value: score,
          threshold: min_score,
          unit: 'score',
          summary: () => reason,
        }));
    },
  };
}
