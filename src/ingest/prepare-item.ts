import { stringify as stringifyLossless } from 'lossless-json';
import { validate as isUuid } from 'uuid';
import type { z } from 'zod';
import { type Caller, type Identity, identityOf } from '../access/caller.js';
import { restoreNumbers } from '../http/kept-numbers.js';
import { Problem } from '../http/problem.js';
import { newUuidV7 } from '../store/new-uuid-v7.js';
import type { PendingRow, RowKind } from '../store/pending-row.js';
import { timeOfUuidV7 } from '../store/uuid-v7.js';
import { isoTime } from './iso-time.js';
import { jsonBytesBeyond } from './json-size.js';
import { exceedsDepth } from './redact/exceeds-depth.js';
import { redactJson } from './redact/redact-json.js';
import type { RedactionTally } from './redact/redaction-tally.js';

/** The contract's limits on one item, in the units of the settings. */
export interface ItemLimits {
  itemBytes: number;
  depth: number;
  ageMs: number;
  aheadMs: number;
}

/** What all items of one request share. */
export interface IngestContext {
  caller: Caller;
  ip: string | null;
  /** Unix ms at which the request is handled. */
  now: number;
  limits: ItemLimits;
  /** Bytes of the whole body: within `itemBytes`, no single item needs to be measured. */
  bodyBytes: number;
  /** The body holds `LosslessNumber`s. */
  lossless: boolean;
  tally: RedactionTally;
}

/** What the server adds to a row of any kind. Times are ISO 8601 with milliseconds. */
export interface ServerFields {
  id: string;
  timestamp: string;
  received_at: string;
  ip_address: string | null;
  identity: Identity;
}

/** How one kind of item becomes a row: its schema, and the row in the shape the API answers with. */
export interface ItemKind<
  Schema extends z.ZodType<{ id?: string | null | undefined }>,
  Row extends object = object,
> {
  kind: RowKind;
  schema: Schema;
  toRow(item: z.output<Schema>, server: ServerFields, caller: Caller): Row;
  /** What of the row is counted beside being stored. */
  counted(row: Row): Pick<PendingRow, 'action' | 'call' | 'order'>;
}

/**
 * Turns one item of a body into a row, or throws the {@link Problem} that says why not. The order matters: depth and size are checked
 * before anything walks deep, and redaction comes before validation, so that no error text can quote a secret.
 */
export function prepareItem<Schema extends z.ZodType<{ id?: string | null | undefined }>, Row extends object>(
  { kind, schema, toRow, counted }: ItemKind<Schema, Row>,
  item: unknown,
  context: IngestContext,
): PendingRow {
  guardShape(item, context);
  if (context.lossless) keepNumbers(item);
  // The id is a key, not a text: a UUID holds no secret, and must reach the table as it came.
  const { id: sentId } = item as { id?: unknown };
  const clean = redactJson(item, context.tally) as { id?: unknown };
  if (typeof sentId === 'string' && isUuid(sentId)) clean.id = sentId;
  const parsed = schema.safeParse(clean);
  if (!parsed.success) {
    const errors = parsed.error.issues.map((issue) => ({
      path: issue.path.join('.'),
      message: issue.message,
    }));
    throw new Problem('validation-failed', `This ${kind} is not valid.`, { errors });
  }
  const id = parsed.data.id ?? newUuidV7(context.now);
  const time = timeOfUuidV7(id);
  guardClock(time, context);
  const server: ServerFields = {
    id,
    timestamp: isoTime(time),
    received_at: isoTime(context.now),
    ip_address: context.ip,
    identity: identityOf(context.caller),
  };
  const row = toRow(parsed.data, server, context.caller);
  const json = context.lossless ? (stringifyLossless(row) ?? '') : JSON.stringify(row);
  return { kind, id, json, ...counted(row) };
}

/** After the limit of depth, so that the walk is safe. */
function keepNumbers(item: unknown): void {
  try {
    restoreNumbers(item);
  } catch (cause) {
    throw new Problem('unstorable', `A number is beyond what can be stored: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

function guardShape(item: unknown, { limits, bodyBytes }: IngestContext): void {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw new Problem('validation-failed', 'An item must be a JSON object.', {
      errors: [{ path: '', message: 'must be an object' }],
    });
  }
  // The item itself is one level above its fields.
  if (exceedsDepth(item, limits.depth + 1)) {
    throw new Problem('nested-too-deep', `A field may be nested ${limits.depth} levels deep.`);
  }
  if (bodyBytes <= limits.itemBytes) return;
  const bytes = jsonBytesBeyond(item, limits.itemBytes);
  if (bytes !== undefined) {
    throw new Problem(
      'action-too-large',
      `One item may have ${limits.itemBytes} bytes; this one has ${bytes}.`,
    );
  }
}

function guardClock(time: number, { now, limits }: IngestContext): void {
  if (time >= now - limits.ageMs && time <= now + limits.aheadMs) return;
  const detail =
    time > now
      ? `The id's time is ${Math.round((time - now) / 1000)} s ahead of the server's clock.`
      : `The id's time is ${Math.round((now - time) / 3_600_000)} h old.`;
  throw new Problem('clock-skew', detail, { members: { server_time: new Date(now).toISOString() } });
}
