import { eventSchema } from '../contract/event.js';
import { ANONYMOUS } from './action-kind.js';
import type { ItemKind } from './prepare-item.js';

/** How a business event becomes a row of `business_events`. */
export const eventKind: ItemKind<typeof eventSchema> = {
  kind: 'event',
  schema: eventSchema,
  toRow: (event, server, caller) => ({
    ...server,
    event_type: event.event_type,
    entity_type: event.entity_type,
    entity_id: event.entity_id,
    event_data: event.event_data ?? {},
    triggered_by: caller.kind === 'person' ? caller.user_id : event.triggered_by || ANONYMOUS,
  }),
};
