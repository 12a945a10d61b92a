import type { SpanFilter } from './list-source.js';

/** All hold together; undefined does not filter. */
export interface ActionFilter extends SpanFilter {
  user_id?: string | undefined;
  user_type?: string | undefined;
  service_name?: string | undefined;
  method_name?: string | undefined;
  action_type?: string | undefined;
  session_id?: string | undefined;
  success?: boolean | undefined;
  /** Part of the error message, in any case. */
  q?: string | undefined;
}

/** Columns that a filter compares for equality: constants of ours, so their names may stand in SQL. */
export const equalities = [
  'user_id',
  'user_type',
  'service_name',
  'method_name',
  'action_type',
  'session_id',
] as const;

/** The fields of a filter that say which rows of a span are meant. */
export const narrowing = [...equalities, 'success', 'q'] as const;
