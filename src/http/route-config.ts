import type { Access } from '../access/access.js';
import type { Caller } from '../access/caller.js';

/** How the hook pair records a call: as an action and its metric, as a metric only, or not at all. */
export type OwnCallRecord = 'action' | 'metric' | 'none';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call this route. Required: a route without it stops the start. */
    access?: Access;
    /** Default: `action`. */
    own_call?: OwnCallRecord;
    /** The body's numbers are kept digit by digit, beyond double too. */
    keep_numbers?: true;
    /** A credential of this route's own (the live feed's ticket), tried before the headers. Throws a 401 Problem when it is there and bad. */
    authenticate?: (request: FastifyRequest) => Promise<Caller | undefined>;
  }
}
