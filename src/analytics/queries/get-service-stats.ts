import { copyOfCalls, methodCalls, serviceCalls } from '../../store/rollups/bucket-parts.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import type { CutSpan } from '../../store/rollups/read-spans.js';
import { type CallStats, mergeCalls, noCalls } from '../../store/rollups/rollup-delta.js';
import type { RollupMemory } from '../../store/rollups/rollup-memory.js';

/** The calls of each service in a span. */
export async function getServiceStats(
  ask: Ask,
  { buckets }: RollupMemory,
  span: CutSpan,
): Promise<ReadonlyMap<string, CallStats>> {
  const stats = new Map(await buckets.sumOf(ask, serviceCalls, span.buckets));
  for (const [service, methods] of span.rest.services) {
    const sum = copyOf(stats.get(service));
    for (const calls of methods.values()) mergeCalls(sum, calls);
    stats.set(service, sum);
  }
  return stats;
}

/** The calls of each method of one service in a span. */
export async function getMethodStats(
  ask: Ask,
  { buckets }: RollupMemory,
  service: string,
  span: CutSpan,
): Promise<ReadonlyMap<string, CallStats>> {
  const stats = new Map(await buckets.sumOf(ask, methodCalls, span.buckets, [service]));
  for (const [method, calls] of span.rest.services.get(service) ?? []) {
    const sum = copyOf(stats.get(method));
    mergeCalls(sum, calls);
    stats.set(method, sum);
  }
  return stats;
}

/** What is remembered is shared, so what waits is added to a copy. */
const copyOf = (calls: CallStats | undefined): CallStats => (calls ? copyOfCalls(calls) : noCalls());
