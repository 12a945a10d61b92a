import type { CallStats } from '../store/rollups/rollup-delta.js';
import { callFigures, changeOf, failureRate, rankBy } from './figures.js';

/** Services, busiest first, each against the period before; `lengths` is how many times as long this one is. */
export const serviceFigures = (
  services: ReadonlyMap<string, CallStats>,
  before: ReadonlyMap<string, CallStats>,
  lengths: number,
) =>
  rankBy(services, (stats) => stats.calls).map(([service_name, stats]) => {
    const was = before.get(service_name);
    return {
      service_name,
      ...callFigures(stats),
      change: {
        call_count: changeOf(stats.calls / lengths, was?.calls ?? null),
        avg_response_time: changeOf(stats.sum / stats.calls, was ? was.sum / was.calls : null),
        failure_rate: changeOf(
          failureRate(stats.calls, stats.failures),
          was ? failureRate(was.calls, was.failures) : null,
        ),
      },
    };
  });
