import { z } from 'zod';
import { storedActionSchema } from './action.js';
import { roleSchema, timeInputSchema } from './common.js';

/** Text that a column may hold: PostgreSQL cannot even be asked about a NUL. */
export const storableText = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => !text.includes('\0'), 'must not contain NUL');

/** Filters are exact matches and hold together; without any, everything is listed. */
export const actionListQuerySchema = z.object({
  user_id: storableText(255).optional(),
  user_type: roleSchema.optional(),
  service_name: storableText(100).optional(),
  method_name: storableText(100).optional(),
  action_type: storableText(100).optional(),
  session_id: storableText(255).optional(),
  success: z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] }).optional(),
  from: timeInputSchema.optional().describe('Inclusive'),
  to: timeInputSchema.optional().describe('Exclusive'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.guid().toLowerCase().optional().describe('next_cursor of the page before'),
});

export type ActionListQuery = z.output<typeof actionListQuerySchema>;

export const actionListSchema = z.object({
  actions: z.array(storedActionSchema).describe('Newest first'),
  next_cursor: z.string().nullable().describe('Ask again with it as `cursor`; null at the end'),
});
