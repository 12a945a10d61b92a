import type { Caller } from '../access/caller.js';
import { Problem } from '../http/problem.js';

/**
 * Whose actions a caller may see: an admin's and a service's question stands as asked; anybody else sees their own, and asking for
 * another's is 403. Returns the user_id to filter by, or undefined for everybody's.
 */
export function ownOnly(caller: Caller, asked: string | undefined): string | undefined {
  if (caller.kind !== 'person' || caller.role === 'admin') return asked;
  if (asked === undefined || asked === caller.user_id) return caller.user_id;
  throw new Problem('forbidden', 'You may read your own actions only.');
}
