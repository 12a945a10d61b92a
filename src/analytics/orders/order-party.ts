import type { Caller } from '../../access/caller.js';
import { partyFieldOf } from '../../contract/event-roles.js';
import { Problem } from '../../http/problem.js';

/** The parties that an order may have. */
export interface Parties {
  customer_id?: string | null | undefined;
  restaurant_id?: string | null | undefined;
  courier_id?: string | null | undefined;
}

/** Which party a caller must be of an order to see it; undefined: an admin or a service, who see all. */
export function partyOf(caller: Caller): { field: keyof Parties; user_id: string } | undefined {
  if (caller.kind !== 'person' || caller.role === 'admin') return undefined;
  return { field: partyFieldOf[caller.role], user_id: caller.user_id };
}

/** The filter of a list as its caller may ask it: people see the orders in which they are a party; asking for another's is 403. */
export function ownOrders<Filter extends Parties>(caller: Caller, filter: Filter): Filter {
  const party = partyOf(caller);
  if (!party) return filter;
  const asked = filter[party.field];
  if (asked !== undefined && asked !== party.user_id)
    throw new Problem('forbidden', 'You may read orders in which you are a party only.');
  return { ...filter, [party.field]: party.user_id };
}
