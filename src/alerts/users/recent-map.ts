/** Entries as a {@link RecentMap} saves and restores them. */
export interface SavedMap<V> {
  old: [string, V][];
  young: [string, V][];
}

/**
 * A map of at most `cap` keys that forgets those not asked for longest. Two generations: what is touched moves to the young one; when that is half of
 * the cap, the old one is dropped and the young one grows old. So a key is kept while it is among the last cap/2 that were touched, at two
 * look-ups a touch, where a linked list would write six pointers. What it forgets depends on the calls alone, never on a clock.
 */
export class RecentMap<V> {
  readonly cap: number;
  #old = new Map<string, V>();
  #young = new Map<string, V>();

  constructor(cap: number) {
    this.cap = cap;
  }

  get size(): number {
    return this.#old.size + this.#young.size;
  }

  get(key: string): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old === undefined) return undefined;
    this.#old.delete(key);
    this.set(key, old);
    return old;
  }

  /** For a key that {@link get} did not find, or found. */
  set(key: string, value: V): void {
    if (this.#young.size >= this.cap / 2 && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  save(): SavedMap<V> {
    return { old: [...this.#old], young: [...this.#young] };
  }

  restore({ old, young }: SavedMap<V>): void {
    this.#old = new Map(old);
    this.#young = new Map(young);
  }
}
