import type { OrderEvent } from './orders/order-event.js';

/** The three tables that callers write to. */
export const rowKinds = ['action', 'event', 'metric'] as const;
export type RowKind = (typeof rowKinds)[number];

/** What the rollups count of an action: its columns, without what it carries. */
export interface CountedAction {
  user_id: string;
  user_type: string | undefined;
  action_type: string;
  service_name: string;
  method_name: string;
  success: boolean;
  error_message: string | undefined;
  /** Milliseconds; an action that has it is a service call too. */
  execution_time: number | undefined;
}

/** What the rollups count of a service call. */
export interface CountedCall {
  service_name: string;
  method_name: string;
  success: boolean;
  /** Milliseconds. */
  execution_time: number;
}

/**
 * A row on its way to the database: redacted, validated and already written as JSON in the shape that the API answers with, so
 * that one serialisation serves the INSERT and every live subscriber.
 */
export interface PendingRow {
  kind: RowKind;
  /** UUIDv7, lower case. */
  id: string;
  json: string;
  /** Of an action. */
  action?: CountedAction;
  /** Of a metric. */
  call?: CountedCall;
  /** Of an event that is about an order. */
  order?: OrderEvent;
}
