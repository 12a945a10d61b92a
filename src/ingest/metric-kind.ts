import { serviceMetricSchema } from '../contract/service-metric.js';
import type { CountedCall } from '../store/pending-row.js';
import type { ItemKind } from './prepare-item.js';

/** How a timed call becomes a row of `service_metrics`. */
export const metricKind: ItemKind<typeof serviceMetricSchema, CountedCall> = {
  kind: 'metric',
  schema: serviceMetricSchema,
  toRow: (metric, server) => ({
    id: server.id,
    service_name: metric.service_name,
    method_name: metric.method_name,
    execution_time: metric.execution_time,
    success: metric.success,
    timestamp: server.timestamp,
  }),
  counted: (row) => ({ call: row }),
};
