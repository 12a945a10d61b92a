import type { z } from 'zod';

/** A part of the settings that admins change while the service runs: its key, what it may be, and what it is until somebody changes it. */
export interface Setting<Value> {
  key: string;
  schema: z.ZodType<Value>;
  initial: Value;
}

/** What a part is now. */
export interface SettingState<Value> {
  value: Value;
  /** Counts changes; 0: it is as it was made. */
  version: number;
  /** ISO 8601; null: never. */
  changed_at: string | null;
  /** The admin's account id. */
  changed_by: string | null;
}

/** As the table has it. */
export interface SettingRow {
  value: unknown;
  version: number;
  changed_at: Date;
  changed_by: string;
}

/**
 * Reads a row, or what stands for none. Throws a ZodError where the value is none that this version knows: a newer one wrote it, and nobody may guess what
 * an admin wanted.
 */
export function stateOf<Value>(
  { schema, initial }: Setting<Value>,
  row: SettingRow | undefined,
): SettingState<Value> {
  if (!row) return { value: initial, version: 0, changed_at: null, changed_by: null };
  const { value, version, changed_at, changed_by } = row;
  return { value: schema.parse(value), version, changed_at: changed_at.toISOString(), changed_by };
}
