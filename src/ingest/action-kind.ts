import {
  type ActionInput,
  ANONYMOUS,
  actionSchema,
  ERROR_MESSAGE_LIMIT,
  type StoredAction,
} from '../contract/action.js';
import type { CountedAction } from '../store/pending-row.js';
import type { ItemKind } from './prepare-item.js';

const CUT_MARK = ' …[cut]';

/**
 * A stored action without what it does not have: a field that would be null is left out, since PostgreSQL reads each one (2 µs a row for the
 * six that most actions lack).
 */
export type PendingAction = {
  [Field in keyof StoredAction]: Field extends Needed ? StoredAction[Field] : StoredAction[Field] | undefined;
};

/** How an action becomes a row of `action_logs`. A person's token decides user_id and user_type; a service may act for anybody. */
export const actionKind: ItemKind<typeof actionSchema, PendingAction> = {
  kind: 'action',
  schema: actionSchema,
  toRow(action: ActionInput, server, caller): PendingAction {
    const person = caller.kind === 'person' ? caller : undefined;
    // Spelled out, not spread: one literal of one shape is what the engine builds and serialises fastest.
    return {
      id: server.id,
      user_id: person?.user_id ?? (action.user_id || ANONYMOUS),
      user_type: person?.role ?? action.user_type ?? undefined,
      action_type: action.action_type ?? action.method_name,
      service_name: action.service_name,
      method_name: action.method_name,
      parameters: action.parameters ?? undefined,
      response_data: action.response_data ?? undefined,
      session_id: action.session_id ?? undefined,
      success: action.success,
      error_message: cutErrorMessage(action.error_message),
      execution_time: action.execution_time ?? undefined,
      platform: action.platform ?? undefined,
      app_version: action.app_version ?? undefined,
      trace_id: action.trace_id ?? undefined,
      timestamp: server.timestamp,
      received_at: server.received_at,
      ip_address: server.ip_address,
      identity: server.identity,
    };
  },
  counted: (row) => ({ action: countedAction(row) }),
};

/** What the rollups count of an action: those of its fields that they look at, so that the rest can be forgotten while it waits. */
export const countedAction = (row: CountedFields): CountedAction => ({
  user_id: row.user_id ?? ANONYMOUS,
  user_type: row.user_type ?? undefined,
  action_type: row.action_type,
  service_name: row.service_name,
  method_name: row.method_name,
  success: row.success,
  error_message: row.error_message ?? undefined,
  execution_time: row.execution_time ?? undefined,
});

type Needed = 'action_type' | 'service_name' | 'method_name' | 'success';
type CountedFields = Required<Pick<StoredAction, Needed>> & Partial<PendingAction>;

/** Cuts after redaction, never before: half a secret may no longer look like one. A cut never splits a surrogate pair. */
export function cutErrorMessage(message: string | null | undefined): string | undefined {
  if (message === null || message === undefined) return undefined;
  if (message.length <= ERROR_MESSAGE_LIMIT) return message;
  const kept = message.slice(0, ERROR_MESSAGE_LIMIT - CUT_MARK.length).replace(/[\uD800-\uDBFF]$/, '');
  return kept + CUT_MARK;
}
