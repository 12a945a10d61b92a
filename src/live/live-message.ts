import type { LiveFilter } from '../contract/live.js';
import type { PendingRow } from '../store/pending-row.js';

/** One committed row on its way to subscribers: written once for all of them, read only if a filter looks into it. */
export class LiveMessage {
  readonly cursor: string;
  readonly text: string;
  readonly #row: PendingRow;
  #fields: Record<string, unknown> | undefined;

  constructor(row: PendingRow) {
    this.#row = row;
    this.cursor = row.id;
    this.text = `{"type":"${row.kind}","cursor":"${row.id}","data":${row.json}}`;
  }

  matches({ types, ...wanted }: LiveFilter): boolean {
    if (types && !types.some((type) => type === this.#row.kind)) return false;
    for (const [field, value] of Object.entries(wanted)) {
      if (value !== undefined && this.#field(field) !== value) return false;
    }
    return true;
  }

  #field(name: string): unknown {
    this.#fields ??= JSON.parse(this.#row.json) as Record<string, unknown>;
    return this.#fields[name];
  }
}

/** A message that is not about a row; `cursor` is the newest row the client may hold by then. */
export const controlMessage = (
  type: 'hello' | 'gap' | 'system',
  cursor: string | null,
  data: object,
): string => JSON.stringify({ type, cursor, data });
