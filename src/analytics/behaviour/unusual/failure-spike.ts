import type { Finding } from '../../../contract/behaviour.js';
import type { BehaviourAction } from '../behaviour-action.js';
import { binomialTail, type Log10 } from '../statistics/tails.js';
import { wilsonUpper } from '../statistics/wilson-upper.js';
import type { UserDay } from '../user-day.js';
import { makeFinding } from './make-finding.js';

const RAISE_AT: Log10 = -3;
const LEAST_ACTIONS = 20;
const LEAST_FAILURES = 5;
const LEAST_PAST_DAYS = 7;
const LEAST_PAST_ACTIONS = 100;
/** Every other failure is retried and fails again: three of them are two pieces of evidence, however even the days that were seen. */
const LEAST_DISPERSION = 1.5;

export interface FailureInput {
  recent: { actions: number; failures: number; since: number; when: string };
  /** The person's days with actions before that. */
  past: readonly UserDay[];
  /** The failed actions of the recent part, oldest first, where they are known. */
  failed?: readonly BehaviourAction[];
}

/**
 * The share of failures of the recent part against the person's own: a binomial tail at the highest share that the past still speaks for (Wilson), with
 * counts divided by how much more the past days' failures scatter than a binomial's (quasi-likelihood, McCullagh & Nelder 1989, §4.5).
 */
export function failureSpike({ recent, past, failed = [] }: FailureInput): Finding | null {
  const { actions, failures, since, when } = recent;
  const total = past.reduce((sum, day) => sum + day.actions, 0);
  if (past.length < LEAST_PAST_DAYS || total < LEAST_PAST_ACTIONS) return null;
  if (actions < LEAST_ACTIONS || failures < LEAST_FAILURES) return null;
  const pastFailures = past.reduce((sum, day) => sum + day.failures, 0);
  const dispersion = Math.max(LEAST_DISPERSION, scatter(past, (pastFailures + 0.5) / (total + 1)));
  const usual = wilsonUpper(pastFailures / dispersion, total / dispersion);
  const chance = binomialTail(failures / dispersion, actions / dispersion, usual);
  if (chance > RAISE_AT) return null;
  return makeFinding('failure_spike', {
    reason: `${failures} of ${actions} actions failed ${when} (${percent(failures / actions)}); before, ${pastFailures} of ${total} did (${percent(pastFailures / total)})`,
    chance,
    actions: failed,
    since: failed[0]?.timestamp ?? since,
  });
}

/** Pearson's chi-square by its degrees of freedom: 1 where failures are independent of each other. */
function scatter(days: readonly UserDay[], share: number): number {
  const variance = share * (1 - share);
  const square = days.reduce(
    (sum, { actions, failures }) => sum + (failures - actions * share) ** 2 / (actions * variance),
    0,
  );
  return square / (days.length - 1);
}

const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
