import { z } from 'zod';
import { uuidV7Schema } from './common.js';

/** One timed call of a service, without its content. */
export const serviceMetricSchema = z
  .object({
    id: uuidV7Schema.nullish(),
    service_name: z.string().min(1).max(100),
    method_name: z.string().min(1).max(100),
    execution_time: z.number({ error: 'must be a number of milliseconds' }).min(0).describe('Milliseconds'),
    success: z.boolean(),
  })
  .meta({
    examples: [
      { service_name: 'paymentService', method_name: 'charge', execution_time: 182.4, success: true },
    ],
  });
