import type { Facts } from '../order.js';
import { kilometres } from '../place.js';
import type { Methods } from './method.js';

const trip = ({ order, restaurant, courier }: Facts) => ({
  order_id: order.id,
  courier_id: courier.id,
  restaurant_id: restaurant.id,
  vehicle: courier.vehicle,
});
const way = (facts: Facts) => ({
  from: facts.restaurant.place,
  to: facts.customer.place,
  kilometres: Math.round(kilometres(facts.restaurant.place, facts.customer.place) * 10) / 10,
});
const shift = ({ random, courier }: Facts) => ({
  courier_id: courier.id,
  vehicle: courier.vehicle,
  battery: random.int(20, 100),
});
const orderGone = ({ order }: Facts) => `Order ${order.id} was given to another courier`;

/** deliveryService. */
export const deliveryMethods = {
  'deliveryService.goOnline': {
    median: 80,
    parameters: shift,
    response: (facts) => ({ ...shift(facts), zone: 'kadikoy', online: true }),
  },
  'deliveryService.goOffline': {
    median: 60,
    parameters: shift,
    response: (facts) => ({ ...shift(facts), trips: facts.random.int(1, 14), online: false }),
  },
  'deliveryService.acceptOffer': {
    median: 90,
    parameters: trip,
    response: (facts) => ({ ...trip(facts), ...way(facts) }),
    errors: [orderGone],
  },
  'deliveryService.arriveAtRestaurant': {
    median: 55,
    parameters: trip,
    response: (facts) => ({ ...trip(facts), wait_minutes: facts.random.int(0, 8) }),
  },
  'deliveryService.confirmPickup': {
    median: 75,
    parameters: trip,
    response: (facts) => ({ ...trip(facts), ...way(facts) }),
  },
  'deliveryService.confirmDelivery': {
    median: 95,
    parameters: (facts) => ({ ...trip(facts), at: facts.customer.place }),
    response: (facts) => ({ ...trip(facts), fee: facts.order.deliveryFee }),
  },
  'deliveryService.trackCourier': {
    median: 45,
    parameters: ({ order }) => ({ order_id: order.id, last_seen: true }),
    response: (facts) => ({ ...way(facts), minutes_left: facts.random.int(1, 25) }),
    errors: [({ order }) => `No position of the courier of order ${order.id} for 120 s`],
  },
} as const satisfies Methods;
