import { z } from 'zod';
import { storedActionSchema } from './action.js';
import { roleSchema, timeInputSchema } from './common.js';
import { storableText } from './text.js';

export { storableText };

/** What every list takes beside its own filters. */
export const pageQuery = {
  from: timeInputSchema.optional().describe('Inclusive'),
  to: timeInputSchema.optional().describe('Exclusive'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(500)
    .optional()
    .describe('A page has 50 by default; an export has all unless this is given'),
  cursor: z.guid().toLowerCase().optional().describe('next_cursor of the page before'),
};

export const nextCursorSchema = z
  .string()
  .nullable()
  .describe('Ask again with it as `cursor`; null at the end');

/** Filters are exact matches, but for `q`, and hold together; without any, everything is listed. */
export const actionListQuerySchema = z.object({
  user_id: storableText(255).optional(),
  user_type: roleSchema.optional(),
  service_name: storableText(100).optional(),
  method_name: storableText(100).optional(),
  action_type: storableText(100).optional(),
  session_id: storableText(255).optional(),
  success: z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] }).optional(),
  q: storableText(200).min(1).optional().describe('Part of the error message, in any case'),
  ...pageQuery,
});

export const actionListSchema = z.object({
  actions: z.array(storedActionSchema).describe('Newest first'),
  next_cursor: nextCursorSchema,
});
