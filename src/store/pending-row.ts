/** The three tables that callers write to. */
export const rowKinds = ['action', 'event', 'metric'] as const;
export type RowKind = (typeof rowKinds)[number];

/**
 * A row on its way to the database: redacted, validated and already written as JSON in the shape that the API answers with, so
 * that one serialisation serves the INSERT and every live subscriber.
 */
export interface PendingRow {
  kind: RowKind;
  /** UUIDv7, lower case. */
  id: string;
  json: string;
}
