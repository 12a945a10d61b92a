import { MINUTE, SECOND } from '../../demo/durations.js';
import type { Firing } from '../../src/alerts/engine/replay.js';
import type { Incident } from './incident.js';

/** A minute's figures are asked for so long after its end; a replay has them at once. */
const GRACE = 2 * SECOND;
/** An incident may be found so long after its end, and what fires so long after it is still about it. */
const FOUND_WITHIN = 5 * MINUTE;
const AFTERMATH = 15 * MINUTE;

export interface Found {
  incident: Incident;
  /** The first that is about it; undefined: it was missed. */
  firing: Firing | undefined;
  /** Ms from its beginning to that. */
  after: number | undefined;
}

export interface Score {
  found: Found[];
  /** Firings that are about no incident. */
  falseAlarms: Firing[];
}

/** What of the incidents was found, and what was told that is none. A firing is about an incident that has its service, method, restaurant or order, not about any of that time. */
export function scoreOf(incidents: readonly Incident[], firings: readonly Firing[]): Score {
  const found = incidents.map((incident) => {
    const firing = firings.find(
      (one) =>
        isAbout(one, incident) &&
        one.fired_at >= incident.begin &&
        one.fired_at <= incident.end + FOUND_WITHIN,
    );
    return { incident, firing, after: firing && firing.fired_at + graceOf(firing) - incident.begin };
  });
  const falseAlarms = firings.filter(
    (one) =>
      !incidents.some(
        (incident) =>
          isAbout(one, incident) &&
          one.fired_at <= incident.end + AFTERMATH &&
          (one.resolved_at ?? Number.POSITIVE_INFINITY) >= incident.begin,
      ),
  );
  return { found, falseAlarms };
}

/** Orders that are stuck are asked for, not waited for. */
const graceOf = ({ rule }: Firing): number => (rule.condition.kind === 'stuck_order' ? 0 : GRACE);

function isAbout({ rule, group }: Firing, { service, method, orders, restaurant, order }: Incident): boolean {
  if (orders !== undefined) {
    if (rule.condition.kind !== 'stuck_order') return false;
    if (group.order_id !== undefined) return order === undefined || group.order_id === order;
    if (group.restaurant_id !== undefined)
      return restaurant === undefined || group.restaurant_id === restaurant;
    return orders === 'without courier';
  }
  if (group.service_name === undefined || group.service_name !== service) return false;
  return group.method_name === undefined || method === undefined || group.method_name === method;
}
