import type { LiveFilter } from '../contract/live.js';
import type { PendingRow } from '../store/pending-row.js';

/**
 * One committed row on its way to subscribers. Its text is built once for all of them, when the first one wants it, from the JSON that the
 * INSERT was made of; the JSON is read again only if a filter looks into it.
 */
export class LiveMessage {
  readonly #row: PendingRow;
  #frame: Buffer | undefined;
  #fields: Record<string, unknown> | undefined;

  constructor(row: PendingRow) {
    this.#row = row;
  }

  get cursor(): string {
    return this.#row.id;
  }

  /** UTF-16 units: what it holds of memory, within a factor of two. */
  get length(): number {
    return this.#row.json.length;
  }

  /** UTF-8 bytes, so that 50 subscribers cost one encoding. Servers do not mask their frames, so nobody writes into it. */
  get frame(): Buffer {
    const { kind, id, json } = this.#row;
    this.#frame ??= Buffer.from(`{"type":"${kind}","cursor":"${id}","data":${json}}`);
    return this.#frame;
  }

  /** Whether all that is asked for holds. A field that this kind of row does not have matches nothing. */
  matches({ types, ...wanted }: LiveFilter): boolean {
    if (types && !types.some((type) => type === this.#row.kind)) return false;
    for (const [field, value] of Object.entries(wanted)) {
      if (value !== undefined && this.#field(field) !== value) return false;
    }
    return true;
  }

  #field(name: string): unknown {
    this.#fields ??= JSON.parse(this.#row.json) as Record<string, unknown>;
    // Whoever triggered an event is its user.
    if (name === 'user_id' && this.#row.kind === 'event') return this.#fields.triggered_by;
    return this.#fields[name];
  }
}

/** A message that is about no row. `cursor` is where the feed stands for this client: send it as `after` to go on from here. */
export const controlMessage = (type: 'hello' | 'gap' | 'system', cursor: string, data: object): string =>
  JSON.stringify({ type, cursor, data });
