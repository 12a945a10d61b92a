import type { World } from '../../src/alerts/engine/world.js';
import { LatencySketch } from '../../src/store/rollups/latency-sketch.js';
import type { MethodFigures, MinuteFigures } from '../../src/store/rollups/minute-figures.js';

export const MINUTE = 60_000;
/** A minute that is a whole one of every step. */
export const START = Date.UTC(2026, 10, 2);
export const at = (minutes: number): number => START + minutes * MINUTE;

/** A method's calls of a minute, all of which took `ms`. */
export function calls(
  name: string,
  {
    calls: count = 0,
    failures = 0,
    untimed = 0,
    untimed_failures = 0,
    ms = 100,
  }: Partial<MethodFigures> & { ms?: number },
): MethodFigures {
  const [service_name = '', method_name = ''] = name.split('.');
  const sketch = new LatencySketch();
  sketch.add(ms, count);
  return {
    service_name,
    method_name,
    calls: count,
    failures,
    untimed,
    untimed_failures,
    time_sum: count * ms,
    sketch,
  };
}

export const minute = (
  number: number,
  services: MethodFigures[] = [],
  activity: MinuteFigures['activity'] = [],
): MinuteFigures => ({ at: at(number), services, activity });

export const emptyWorld: World = { stuckOrders: () => [], findings: () => [], figures: () => [] };
