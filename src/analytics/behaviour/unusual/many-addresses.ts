import type { Finding } from '../../../contract/behaviour.js';
import type { BehaviourAction } from '../behaviour-action.js';
import { networkOf } from '../network-of.js';
import { type Log10, poissonTail } from '../statistics/tails.js';
import { makeFinding } from './make-finding.js';
import type { OwnPast } from './own-past.js';
import { runsWithin } from './runs-within.js';

const RAISE_AT: Log10 = -3;
/** Home, work and a phone on its way are three. */
const LEAST_ADDRESSES = 4;
const HOUR = 3_600_000;
/** One change in ten active hours, of somebody whose past is not known. */
const PRIOR_CHANGES = 1;
const PRIOR_HOURS = 10;

interface Located {
  action: BehaviourAction;
  network: string;
}

/**
 * Many addresses within an hour: an account that is shared, or sold. The chance is a Poisson tail of the addresses beyond the first, at the mean of
 * the person's own active hours, so somebody who rides trains is measured by trains.
 */
export function manyAddresses({ past, recent }: OwnPast): Finding | null {
  const located = withNetwork(recent);
  const { count, actions } = busiestHour(located);
  if (count < LEAST_ADDRESSES) return null;
  const { changes, hours } = changesByHour(withNetwork(past));
  const mean = (changes + PRIOR_CHANGES) / (hours + PRIOR_HOURS);
  const chance = poissonTail(count - 1, mean);
  if (chance > RAISE_AT) return null;
  return makeFinding('many_addresses', {
    reason: `${count} different addresses within an hour; an active hour of the past had ${(hours > 0 ? 1 + changes / hours : 1).toFixed(1)} on average`,
    chance,
    actions,
    since: actions[0]?.timestamp ?? 0,
  });
}

const withNetwork = (actions: readonly BehaviourAction[]): Located[] =>
  actions.flatMap((action) =>
    action.ip_address === null ? [] : [{ action, network: networkOf(action.ip_address) }],
  );

/** The hour with most networks, and the last action of each in it. */
function busiestHour(located: readonly Located[]): { count: number; actions: BehaviourAction[] } {
  const inside = new Map<string, number>();
  let most = { count: 0, from: 0, to: -1 };
  let gone = 0;
  for (const { from, to } of runsWithin(
    located.map(({ action }) => action),
    HOUR,
  )) {
    const added = located[to]?.network ?? '';
    inside.set(added, (inside.get(added) ?? 0) + 1);
    for (; gone < from; gone += 1) {
      const network = located[gone]?.network ?? '';
      const left = (inside.get(network) ?? 0) - 1;
      if (left > 0) inside.set(network, left);
      else inside.delete(network);
    }
    if (inside.size >= most.count) most = { count: inside.size, from, to };
  }
  const lastOf = new Map(
    located.slice(most.from, most.to + 1).map(({ network, action }) => [network, action]),
  );
  return {
    count: most.count,
    actions: [...lastOf.values()].sort((a, b) => a.timestamp - b.timestamp),
  };
}

/** Addresses beyond the first, added up over the hours that have any. */
function changesByHour(located: readonly Located[]): { changes: number; hours: number } {
  const hours = new Map<number, Set<string>>();
  for (const { action, network } of located) {
    const hour = Math.floor(action.timestamp / HOUR);
    hours.set(hour, (hours.get(hour) ?? new Set<string>()).add(network));
  }
  const changes = [...hours.values()].reduce((sum, networks) => sum + networks.size - 1, 0);
  return { changes, hours: hours.size };
}
