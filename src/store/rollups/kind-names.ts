import { LRUCache } from 'lru-cache';
import type { Ask } from './read-rollups.js';
import type { ErrorStats } from './rollup-delta.js';

/** What a kind of failure stands for. */
export type KindName = Pick<ErrorStats, 'service_name' | 'method_name' | 'message'>;

/** Platforms have hundreds of kinds; a name is 200 bytes or so. */
const REMEMBERED = 20_000;

/** The names of kinds of failure. A number's name never changes, so each is read once. */
export class KindNames {
  readonly #names = new LRUCache<number, KindName>({ max: REMEMBERED });
  readonly #kinds = new LRUCache<string, number>({ max: REMEMBERED });

  async namesOf(ask: Ask, kinds: readonly number[]): Promise<Map<number, KindName>> {
    const names = new Map<number, KindName>();
    const unknown: number[] = [];
    for (const kind of kinds) {
      const name = this.#names.get(kind);
      if (name) names.set(kind, name);
      else unknown.push(kind);
    }
    if (unknown.length === 0) return names;
    const rows = await ask<KindName & { kind: number }>(
      'kind names',
      'SELECT kind, service_name, method_name, message FROM error_kinds WHERE kind = ANY($1::int[])',
      [unknown],
    );
    for (const row of rows) names.set(row.kind, this.#remember(row));
    return names;
  }

  /** The kinds of some names; those that no fold has met yet have none. */
  async kindsOf(ask: Ask, names: readonly KindName[]): Promise<Set<number>> {
    const kinds = new Set<number>();
    const unknown: KindName[] = [];
    for (const name of names) {
      const kind = this.#kinds.get(keyOf(name));
      if (kind === undefined) unknown.push(name);
      else kinds.add(kind);
    }
    if (unknown.length === 0) return kinds;
    const rows = await ask<KindName & { kind: number }>(
      'kinds of names',
      `SELECT kind, service_name, method_name, message
       FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (service_name, method_name, message)
       JOIN error_kinds USING (service_name, method_name, message)`,
      [
        unknown.map((name) => name.service_name),
        unknown.map((name) => name.method_name),
        unknown.map((name) => name.message),
      ],
    );
    for (const row of rows) {
      this.#remember(row);
      kinds.add(row.kind);
    }
    return kinds;
  }

  #remember({ kind, service_name, method_name, message }: KindName & { kind: number }): KindName {
    const name = { service_name, method_name, message };
    this.#names.set(kind, name);
    this.#kinds.set(keyOf(name), kind);
    return name;
  }
}

const keyOf = ({ service_name, method_name, message }: KindName): string =>
  `${service_name}\0${method_name}\0${message}`;
