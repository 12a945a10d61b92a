import { LRUCache } from 'lru-cache';
import { type Scope, scopeSchema } from '../contract/common.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { LookupCache } from './lookup-cache.js';
import { hashSecretHex } from './random-secret.js';

/** What each request of a service needs to know of its key. */
export interface ApiKeyState {
  id: string;
  name: string;
  scopes: readonly Scope[];
  /** Unix ms; undefined: never. */
  expires_at: number | undefined;
  revoked: boolean;
}

const shape = /^fek_[A-Za-z0-9_-]{43}$/;
const REMEMBERED = 10_000;

/** last_used_at is for people who look for dead keys: once a minute and key is exact enough, and no load. */
const USED_INTERVAL = 60_000;

export interface ApiKeysOptions {
  prisma: PrismaClient;
  clock: () => number;
  log: { warn(fields: object, message: string): void };
}

/** Looks API keys up by their SHA-256, and notes when they were last used. */
export class ApiKeys {
  readonly #options: ApiKeysOptions;
  readonly #states: LookupCache<ApiKeyState>;
  readonly #usedAt = new LRUCache<string, number>({ max: REMEMBERED });
  readonly #writes = new Set<Promise<unknown>>();

  constructor(options: ApiKeysOptions) {
    this.#options = options;
    this.#states = new LookupCache({ max: REMEMBERED, clock: options.clock, find: (hex) => this.#find(hex) });
  }

  /** The key's state, null when it is known to be bad, undefined when the database has to be asked. */
  peek(key: string): ApiKeyState | null | undefined {
    return shape.test(key) ? this.#alive(this.#states.peek(hashSecretHex(key))) : null;
  }

  /** The key's state, or null for one that is unknown, expired or revoked. Rejects with a 503 Problem without a database. */
  async find(key: string): Promise<ApiKeyState | null> {
    return this.#alive(await this.#states.find(hashSecretHex(key))) ?? null;
  }

  /** Notes the use: nobody waits for it, and its failure is a line in the log. */
  touch(id: string): void {
    const now = this.#options.clock();
    if (now - (this.#usedAt.get(id) ?? Number.NEGATIVE_INFINITY) < USED_INTERVAL) return;
    this.#usedAt.set(id, now);
    const before = new Date(now - USED_INTERVAL);
    const write = this.#options.prisma.apiKey
      // The condition keeps several replicas at one write a minute.
      .updateMany({
        where: { id, OR: [{ last_used_at: null }, { last_used_at: { lt: before } }] },
        data: { last_used_at: new Date(now) },
      })
      .catch((error: unknown) =>
        this.#options.log.warn({ err: error, key_id: id }, 'last_used_at was not written'),
      )
      .finally(() => this.#writes.delete(write));
    this.#writes.add(write);
  }

  /** Forgets a key that this process has just revoked. */
  forget(hash: Uint8Array): void {
    this.#states.forget(Buffer.from(hash).toString('hex'));
  }

  /** Waits for what touch() has begun. */
  async close(): Promise<void> {
    await Promise.all(this.#writes);
  }

  #alive(state: ApiKeyState | null | undefined): ApiKeyState | null | undefined {
    if (!state) return state;
    const expired = state.expires_at !== undefined && state.expires_at <= this.#options.clock();
    return expired || state.revoked ? null : state;
  }

  async #find(hex: string): Promise<ApiKeyState | null> {
    const select = { id: true, name: true, scopes: true, expires_at: true, revoked_at: true } as const;
    const where = { key_hash: Uint8Array.from(Buffer.from(hex, 'hex')) };
    const row = await this.#options.prisma.apiKey.findUnique({ where, select });
    if (!row) return null;
    return {
      id: row.id,
      name: row.name,
      scopes: row.scopes.flatMap((scope) => scopeSchema.safeParse(scope).data ?? []),
      expires_at: row.expires_at?.getTime(),
      revoked: row.revoked_at !== null,
    };
  }
}
