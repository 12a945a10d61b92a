import type { Registry } from 'prom-client';

/** The sum of a counter or gauge of `/metrics` over its labels; 0 where there is none of that name. */
export async function metricValue(registry: Registry, name: string): Promise<number> {
  const metric = await registry.getSingleMetric(name)?.get();
  return metric?.values.reduce((sum, { value }) => sum + value, 0) ?? 0;
}
