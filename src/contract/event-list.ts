import { z } from 'zod';
import { nextCursorSchema, pageQuery } from './action-list.js';
import { storedEventSchema } from './event.js';
import { storableText } from './text.js';

/** Filters are exact matches and hold together; without any, everything is listed. */
export const eventListQuerySchema = z.object({
  event_type: storableText(100).optional(),
  entity_type: storableText(50).optional(),
  entity_id: storableText(255).optional(),
  order_id: storableText(255).optional().describe('The order that an event is about, whatever its entity'),
  triggered_by: storableText(255).optional(),
  ...pageQuery,
});

export const eventListSchema = z.object({
  events: z.array(storedEventSchema.extend({ order_id: z.string().nullable() })).describe('Newest first'),
  next_cursor: nextCursorSchema,
});
