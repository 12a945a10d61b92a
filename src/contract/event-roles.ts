import type { Role } from './common.js';

/** What everybody's app says of its own user. */
const ofOneself = ['user_registered', 'user_logged_in', 'user_logged_out', 'profile_updated'] as const;

/**
 * The known event types that a person of each role may send. An admin, and a service with an API key, may send all. Payments move no money by
 * somebody's word, so only services report them. Types that are not known are not restricted: they change no order.
 */
export const eventTypesOf: Record<Exclude<Role, 'admin'>, readonly string[]> = {
  customer: ['order_placed', 'order_cancelled', 'dispute_opened', 'review_submitted', ...ofOneself],
  restaurant: [
    'order_accepted',
    'order_rejected',
    'order_preparing',
    'order_ready',
    'order_cancelled',
    'dispute_opened',
    ...ofOneself,
  ],
  delivery: [
    'courier_assigned',
    'order_picked_up',
    'order_delivered',
    'delivery_location',
    'dispute_opened',
    ...ofOneself,
  ],
};

/** The field of an order's event that says which party a person of the role is. */
export const partyFieldOf: Record<Exclude<Role, 'admin'>, 'customer_id' | 'restaurant_id' | 'courier_id'> = {
  customer: 'customer_id',
  restaurant: 'restaurant_id',
  delivery: 'courier_id',
};
