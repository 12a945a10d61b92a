import { Random } from '../../demo/random.js';
import type { Past } from '../../src/alerts/engine/replay.js';
import { type Incident, incidentsOf } from './incident.js';
import { SimulatedMinutes } from './minutes.js';
import { SimulatedOrders } from './orders.js';
import { ordinaryOf } from './ordinary.js';
import { methodsOf } from './platform.js';

/** A Monday, midnight by UTC. */
export const START = Date.UTC(2026, 8, 28);
export const DAYS = 28;

export interface Month {
  past: Past;
  incidents: Incident[];
}

/** Four weeks of a platform, the same for the same seed. The first has no incidents. `scale`: a part of its traffic. */
export function monthOf(seed: number, { incidents: count = 40, scale = 1 } = {}): Month {
  const random = new Random(`month ${seed}`);
  const methods = methodsOf(random.fork('methods'), scale);
  const incidents = incidentsOf(random.fork('incidents'), methods, START, DAYS, count);
  const { disturbances, rain } = ordinaryOf(random.fork('ordinary'), methods, START, DAYS);
  const all = [
    ...disturbances,
    ...incidents.flatMap(({ disturbance }) => (disturbance ? [disturbance] : [])),
  ];
  const minutes = new SimulatedMinutes(`month ${seed}`, methods, START, all);
  const orders = new SimulatedOrders(`month ${seed}`, { start: START, days: DAYS, scale }, incidents, rain);
  return {
    incidents,
    past: {
      minutes: (from, to) => minutes.between(from, to),
      world: {
        stuckOrders: (condition, at) => orders.stuck(condition, at),
        findings: () => [],
        figures: () => [],
      },
    },
  };
}
