import type { PendingRow } from '../store/pending-row.js';
import { type CursorStem, messageCursor } from './live-cursor.js';

/** What is pushed of the platform, in the order of one commit's messages. */
export const messageTypes = ['action', 'event', 'alert'] as const;
export type MessageType = (typeof messageTypes)[number];

/** What a filter may look at; what a message does not have is undefined. */
export interface MessageFields {
  service_name?: unknown;
  method_name?: unknown;
  user_id?: unknown;
  user_type?: unknown;
  success?: unknown;
  event_type?: unknown;
  entity_id?: unknown;
  order_id?: unknown;
  severity?: unknown;
}

/** One message before its place in the feed is known. */
export interface LiveContent {
  type: MessageType;
  /** Its place among its commit's messages, from 0: the same at every replica. */
  index: number;
  json: string;
  /** Reads what filters look at. Called once, when the first filter looks. */
  fields: () => MessageFields;
}

/**
 * One committed row on its way to subscribers. Its text is built once for all of them, when the first one wants it, from the JSON that the
 * INSERT was made of or that another replica's row was read as.
 */
export class LiveMessage {
  readonly type: MessageType;
  readonly seq: number;
  readonly index: number;
  readonly #json: string;
  readonly #stem: CursorStem;
  readonly #isLast: boolean;
  readonly #read: () => MessageFields;
  #frame: Buffer | undefined;
  #fields: MessageFields | undefined;

  constructor({ type, index, json, fields }: LiveContent, stem: CursorStem, isLast: boolean) {
    this.type = type;
    this.seq = stem.seq;
    this.index = index;
    this.#json = json;
    this.#stem = stem;
    this.#isLast = isLast;
    this.#read = fields;
  }

  get cursor(): string {
    return messageCursor(this.#stem, this.#isLast ? undefined : this.index + 1);
  }

  /** UTF-16 units: what it holds of memory, within a factor of two. */
  get length(): number {
    return this.#json.length;
  }

  /** UTF-8 bytes, so that 50 subscribers cost one encoding. Servers do not mask their frames, so nobody writes into it. */
  get frame(): Buffer {
    this.#frame ??= Buffer.from(`{"type":"${this.type}","cursor":"${this.cursor}","data":${this.#json}}`);
    return this.#frame;
  }

  get fields(): MessageFields {
    this.#fields ??= this.#read();
    return this.#fields;
  }
}

/** The rows of one flush of this replica in the order that every replica gives them: actions by id, then events by id. */
export function contentsOf(rows: readonly PendingRow[]): LiveContent[] {
  const listed = [
    ...rows.filter(({ kind }) => kind === 'action'),
    ...rows.filter(({ kind }) => kind === 'event'),
  ];
  return listed.map((row, index) => ({
    type: row.kind as 'action' | 'event',
    index,
    json: row.json,
    fields: () => row.action ?? fieldsOfJson(row.kind, row.json),
  }));
}

function fieldsOfJson(kind: string, json: string): MessageFields {
  const fields = JSON.parse(json) as Record<string, unknown>;
  // Whoever triggered an event is its user.
  return kind === 'event' ? { ...fields, user_id: fields.triggered_by } : fields;
}

/** A message that is about no row. `cursor` is where the feed stands for this client: send it as `after` to go on from here. */
export const controlMessage = (type: 'hello' | 'gap' | 'system', cursor: string, data: object): string =>
  JSON.stringify({ type, cursor, data });
