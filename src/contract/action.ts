import { z } from 'zod';
import { roleSchema, timeSchema, uuidV7Schema } from './common.js';

const name = z.string().min(1).max(100);
const shortText = z.string().max(100).nullish();

/** What `user_id` is where nobody said: all such callers together. */
export const ANONYMOUS = 'anonymous';

/** Longest error message that is kept, in UTF-16 units; beyond it is cut and marked. */
export const ERROR_MESSAGE_LIMIT = 4_000;

/** One action as a client sends it. Unknown fields are ignored, so that newer clients may send more. */
export const actionSchema = z
  .object({
    id: uuidV7Schema.nullish(),
    service_name: name.describe('The service that was called, such as orderService'),
    method_name: name,
    action_type: name.nullish().describe('Default: method_name'),
    parameters: z.unknown().optional().describe('Any JSON; redacted before anything else sees it'),
    response_data: z.unknown().optional().describe('Any JSON; redacted'),
    success: z.boolean(),
    error_message: z.string().nullish().describe(`Cut with a mark beyond ${ERROR_MESSAGE_LIMIT} characters`),
    user_id: z.string().max(255).nullish().describe('Overridden by a user token; null: anonymous'),
    user_type: roleSchema.nullish(),
    session_id: z.string().max(255).nullish(),
    execution_time: z
      .number({ error: 'must be a number of milliseconds' })
      .min(0)
      .nullish()
      .describe('Milliseconds; present: a service metric is recorded too'),
    platform: shortText,
    app_version: shortText,
    trace_id: shortText,
  })
  .meta({
    examples: [
      {
        service_name: 'orderService',
        method_name: 'placeOrder',
        parameters: { restaurant_id: 'r_5', items: [{ id: 'm_1', quantity: 2 }] },
        response_data: { order_id: 'o_981' },
        success: true,
        error_message: null,
        user_id: 'u_17',
        session_id: 's_9',
      },
    ],
  });

export type ActionInput = z.output<typeof actionSchema>;

/** One action as it is stored, pushed and answered. */
export const storedActionSchema = z.object({
  id: z.string(),
  user_id: z.string(),
  user_type: z.string().nullable(),
  action_type: z.string(),
  service_name: z.string(),
  method_name: z.string(),
  parameters: z.unknown(),
  response_data: z.unknown(),
  session_id: z.string().nullable(),
  success: z.boolean(),
  error_message: z.string().nullable(),
  execution_time: z.number().nullable().describe('Milliseconds'),
  platform: z.string().nullable(),
  app_version: z.string().nullable(),
  trace_id: z.string().nullable(),
  timestamp: timeSchema.describe("The id's time"),
  received_at: timeSchema,
  ip_address: z.string().nullable(),
  identity: z.enum(['token', 'service', 'anonymous']).describe('How the user_id is known'),
});

export type StoredAction = z.output<typeof storedActionSchema>;
