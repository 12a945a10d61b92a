import {
  type ActionInput,
  actionSchema,
  ERROR_MESSAGE_LIMIT,
  type StoredAction,
} from '../contract/action.js';
import type { ItemKind } from './prepare-item.js';

/** What `user_id` is where nobody said. */
export const ANONYMOUS = 'anonymous';

const CUT_MARK = ' …[cut]';

/** How an action becomes a row of `action_logs`. A person's token decides user_id and user_type; a service may act for anybody. */
export const actionKind: ItemKind<typeof actionSchema> = {
  kind: 'action',
  schema: actionSchema,
  toRow(action: ActionInput, server, caller): StoredAction {
    const person = caller.kind === 'person' ? caller : undefined;
    // Spelled out, not spread: one literal of one shape is built and serialised 3 times as fast.
    return {
      id: server.id,
      user_id: person?.user_id ?? (action.user_id || ANONYMOUS),
      user_type: person?.role ?? action.user_type ?? null,
      action_type: action.action_type ?? action.method_name,
      service_name: action.service_name,
      method_name: action.method_name,
      parameters: action.parameters ?? null,
      response_data: action.response_data ?? null,
      session_id: action.session_id ?? null,
      success: action.success,
      error_message: cutErrorMessage(action.error_message),
      execution_time: action.execution_time ?? null,
      platform: action.platform ?? null,
      app_version: action.app_version ?? null,
      trace_id: action.trace_id ?? null,
      timestamp: server.timestamp,
      received_at: server.received_at,
      ip_address: server.ip_address,
      identity: server.identity,
    };
  },
};

/** Cuts after redaction, never before: half a secret may no longer look like one. A cut never splits a surrogate pair. */
export function cutErrorMessage(message: string | null | undefined): string | null {
  if (message === null || message === undefined) return null;
  if (message.length <= ERROR_MESSAGE_LIMIT) return message;
  const kept = message.slice(0, ERROR_MESSAGE_LIMIT - CUT_MARK.length).replace(/[\uD800-\uDBFF]$/, '');
  return kept + CUT_MARK;
}
