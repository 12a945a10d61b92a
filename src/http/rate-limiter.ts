import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from './problem.js';

/** How many requests one key has in one window; `name` is what the headers call it. */
export interface RatePolicy {
  name: string;
  quota: number;
  /** Seconds. */
  window: number;
}

/** What a counter says of a key: `remaining` of the quota, and when the window ends. */
export interface RateState {
  remaining: number;
  ttlInSeconds: number;
  isExceeded: boolean;
}

/** Counts one request under a key, or with `increment: false` only looks. */
export type RateCounter = (request: FastifyRequest, key: string, increment: boolean) => Promise<RateState>;

/**
 * One limit. It writes the structured fields of the IETF draft «RateLimit header fields for HTTP» (draft-ietf-httpapi-ratelimit-headers-10) on what it
 * counts: `RateLimit-Policy: "user";q=1200;w=60` and `RateLimit: "user";r=1199;t=60`.
 */
export class RateLimiter {
  readonly #policy: RatePolicy;
  readonly #counter: RateCounter | undefined;
  readonly #policyField: string;

  /** Without a counter nothing is limited and no header is sent (RATE_LIMIT=off). */
  constructor(policy: RatePolicy, counter: RateCounter | undefined) {
    this.#policy = policy;
    this.#counter = counter;
    this.#policyField = `"${policy.name}";q=${policy.quota};w=${policy.window}`;
  }

  /** Counts this request. Throws the 429 {@link Problem} when the quota is used up. */
  async count(request: FastifyRequest, reply: FastifyReply, key: string): Promise<void> {
    if (!this.#counter) return;
    const state = await this.#counter(request, this.#keyOf(key), true);
    this.#writeHeaders(reply, state);
    if (state.isExceeded) throw this.#exceeded(state);
  }

  /** Throws the 429 {@link Problem} when nothing is left, without counting. */
  async check(request: FastifyRequest, reply: FastifyReply, key: string): Promise<void> {
    if (!this.#counter) return;
    const state = await this.#counter(request, this.#keyOf(key), false);
    if (state.remaining > 0) return;
    this.#writeHeaders(reply, state);
    throw this.#exceeded(state);
  }

  /** Counts without a word to the caller: for what it must not learn, such as a failed login's effect. */
  async record(request: FastifyRequest, key: string): Promise<void> {
    await this.#counter?.(request, this.#keyOf(key), true);
  }

  /** All limits share one name space in Redis, so a key carries its limit's name. */
  #keyOf(key: string): string {
    return `${this.#policy.name}:${key}`;
  }

  #writeHeaders(reply: FastifyReply, { remaining, ttlInSeconds }: RateState): void {
    reply.header('RateLimit-Policy', this.#policyField);
    reply.header('RateLimit', `"${this.#policy.name}";r=${remaining};t=${ttlInSeconds}`);
  }

  #exceeded({ ttlInSeconds }: RateState): Problem {
    const { quota, window } = this.#policy;
    const wait = Math.max(1, ttlInSeconds);
    return new Problem('too-many-requests', `More than ${quota} in ${window} s. Try again in ${wait} s.`, {
      headers: { 'retry-after': String(wait) },
    });
  }
}
