import { eventFields } from '../../store/row-fields.js';
import type { ListSource, SpanFilter } from './list-source.js';

/** All hold together; undefined does not filter. */
export interface EventFilter extends SpanFilter {
  event_type?: string | undefined;
  entity_type?: string | undefined;
  entity_id?: string | undefined;
  order_id?: string | undefined;
  triggered_by?: string | undefined;
}

const equalities = ['event_type', 'entity_type', 'entity_id', 'order_id', 'triggered_by'] as const;

export const eventSource: ListSource<EventFilter> = {
  table: 'business_events',
  fields: eventFields,
  conditions: (filter, bind) =>
    equalities
      .filter((column) => filter[column] !== undefined)
      .map((column) => `${column} = ${bind(filter[column])}`),
};
