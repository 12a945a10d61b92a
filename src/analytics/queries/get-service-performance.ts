import type { PrismaClient } from '../../generated/prisma/client.js';
import { idRange, type Span } from '../span.js';

/** Times in ms, success_rate a fraction of 1. */
export interface ServicePerformance {
  service_name: string;
  call_count: number;
  avg_response_time: number;
  success_rate: number;
  p50: number;
  p95: number;
  p99: number;
}

/** How each service did, busiest first; percentiles are exact, interpolated between neighbours. */
export function getServicePerformance(prisma: PrismaClient, span: Span): Promise<ServicePerformance[]> {
  const { lowest, above } = idRange(span);
  return prisma.$queryRaw<ServicePerformance[]>`
    SELECT service_name,
           count(*)::int AS call_count,
           avg(execution_time) AS avg_response_time,
           avg(success::int)::float8 AS success_rate,
           percentile_cont(0.50) WITHIN GROUP (ORDER BY execution_time) AS p50,
           percentile_cont(0.95) WITHIN GROUP (ORDER BY execution_time) AS p95,
           percentile_cont(0.99) WITHIN GROUP (ORDER BY execution_time) AS p99
    FROM service_metrics
    WHERE id >= ${lowest}::uuid AND id < ${above}::uuid
    GROUP BY service_name
    ORDER BY call_count DESC, service_name`;
}
