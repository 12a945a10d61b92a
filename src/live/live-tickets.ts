import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Caller } from '../access/caller.js';
import { roleSchema } from '../contract/common.js';

/** Seconds a ticket lives. */
export const TICKET_SECONDS = 30;

const ticketSchema = z.object({
  user_id: z.string(),
  role: roleSchema,
  issuer: z.enum(['self', 'platform']),
  /** When the access token ends that the ticket was made with, Unix ms. */
  token_ends: z.number(),
  ends: z.number(),
  nonce: z.string(),
});

type Person = Caller & { kind: 'person' };

/**
 * Tickets for the live feed. A ticket says whom it was made for and is signed, so any replica takes it; each replica remembers the nonces it has
 * seen for as long as they live, so a ticket opens one connection a replica, which a stolen one has 30 s to find.
 */
export class LiveTickets {
  readonly #key: Buffer;
  readonly #clock: () => number;
  readonly #used = new Map<string, number>();

  constructor(secret: string, clock: () => number) {
    // A key of its own: what is signed here can never pass for an access token.
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'foodieexpress live ticket', 32));
    this.#clock = clock;
  }

  issue(caller: Person): string {
    const { user_id, role, issuer, expires_at } = caller;
    const ends = this.#clock() + TICKET_SECONDS * 1_000;
    const ticket = {
      user_id,
      role,
      issuer,
      token_ends: expires_at,
      ends,
      nonce: randomBytes(32).toString('base64url'),
    };
    const payload = Buffer.from(JSON.stringify(ticket)).toString('base64url');
    return `${payload}.${this.#sign(payload).toString('base64url')}`;
  }

  /** Whom an unused, unexpired ticket was made for; undefined for any other. Uses it up. */
  redeem(text: string): Person | undefined {
    const [payload = '', signature = ''] = text.split('.');
    const given = Buffer.from(signature, 'base64url');
    const right = this.#sign(payload);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
    const ticket = ticketSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    const now = this.#clock();
    this.#forget(now);
    if (ticket.ends <= now || this.#used.has(ticket.nonce)) return undefined;
    this.#used.set(ticket.nonce, ticket.ends);
    const { user_id, role, issuer, token_ends } = ticket;
    return { kind: 'person', user_id, role, issuer, expires_at: token_ends };
  }

  #sign(payload: string): Buffer {
    return createHmac('sha256', this.#key).update(payload).digest();
  }

  /** In order of use, so the first that is still good ends the search. */
  #forget(now: number): void {
    for (const [nonce, ends] of this.#used) {
      if (ends > now) return;
      this.#used.delete(nonce);
    }
  }
}
