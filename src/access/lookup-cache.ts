import { LRUCache } from 'lru-cache';
import { databaseUnavailable } from '../http/error-handler.js';
import { isDatabaseUnavailable } from '../store/database-errors.js';

/** What was found is believed for 3 s; with the longest look-up a change is seen everywhere within 4.5 s (the promise is 5). */
export const LOOKUP_TTL = 3_000;

/** A look-up by primary or unique key takes 1 ms; a server that hangs would keep a request for the pool's 15 s. */
const TIMEOUT = 1_500;

/** After a failure nobody asks again for a second: callers get their 503 at once, and the database its peace. */
const PAUSE = 1_000;

export interface LookupCacheOptions<Value> {
  /** Asks the database; null when there is no such row. */
  find: (key: string) => Promise<Value | null>;
  /** Most keys remembered, found or not. */
  max: number;
  /** Unix ms. */
  clock: () => number;
}

/**
 * Rows that each request needs, read at most once in 3 s a key and process. Callers who ask for one key at once share one query; that a row is
 * missing is remembered as well. A failure is never remembered and never taken for an answer.
 */
export class LookupCache<Value extends object> {
  readonly #cache: LRUCache<string, { row: Value | null }>;
  readonly #clock: () => number;
  #pausedUntil = 0;

  constructor({ find, max, clock }: LookupCacheOptions<Value>) {
    this.#clock = clock;
    this.#cache = new LRUCache<string, { row: Value | null }>({
      max,
      ttl: LOOKUP_TTL,
      ttlResolution: 0,
      perf: { now: clock },
      // An entry pushed out while its query runs still has its answer.
      ignoreFetchAbort: true,
      fetchMethod: async (key) => ({ row: await this.#ask(() => find(key)) }),
    });
  }

  /** The row, null when it is known to be missing, undefined when the database has to be asked. */
  peek(key: string): Value | null | undefined {
    return this.#cache.get(key)?.row;
  }

  /** The row, or null. Rejects with a 503 Problem when the database does not answer within 1.5 s. */
  async find(key: string): Promise<Value | null> {
    const known = this.#cache.get(key);
    if (known) return known.row;
    const entry = await this.#cache.fetch(key);
    return entry?.row ?? null;
  }

  /** Forgets a key whose row this process has just changed. */
  forget(key: string): void {
    this.#cache.delete(key);
  }

  async #ask(query: () => Promise<Value | null>): Promise<Value | null> {
    if (this.#clock() < this.#pausedUntil) throw databaseUnavailable();
    try {
      return await within(TIMEOUT, query());
    } catch (error) {
      if (!isDatabaseUnavailable(error) && !(error instanceof TimeoutError)) throw error;
      this.#pausedUntil = this.#clock() + PAUSE;
      throw databaseUnavailable(error);
    }
  }
}

class TimeoutError extends Error {}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(`no answer in ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
