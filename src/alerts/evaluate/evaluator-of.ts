import type { Condition } from '../../contract/alert-rule.js';
import { errorRate } from './error-rate.js';
import type { Evaluator } from './evaluator.js';
import { latency } from './latency.js';
import { stuckOrder } from './stuck-order.js';
import { system } from './system.js';
import { unusualMetric } from './unusual-metric.js';
import { unusualUser } from './unusual-user.js';
import { volume } from './volume.js';

/** What looks at the world for a condition; it begins without memory. */
export function evaluatorOf(condition: Condition): Evaluator {
  switch (condition.kind) {
    case 'latency':
      return latency(condition);
    case 'error_rate':
      return errorRate(condition);
    case 'volume':
      return volume(condition);
    case 'stuck_order':
      return stuckOrder(condition);
    case 'unusual_user':
      return unusualUser(condition);
    case 'unusual_metric':
      return unusualMetric(condition);
    case 'system':
      return system(condition);
  }
}
