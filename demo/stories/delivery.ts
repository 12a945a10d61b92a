import { MINUTE, SECOND } from '../durations.js';
import { money } from '../order.js';
import { coordinate, kilometres, type Place } from '../place.js';
import { afterDelivery } from './after-delivery.js';
import type { OrderScene } from './order-life.js';

export interface Kitchen {
  paid: number;
  started: number;
  ready: number;
  amount: number;
}

/** Kilometres a minute in Istanbul's traffic. */
const pace = { bicycle: 0.22, scooter: 0.4, car: 0.3 };
const BETWEEN_POSITIONS = 90 * SECOND;
/** With too few couriers one carries several orders at once, rather than that food waits for ever. */
const LONGEST_WAIT = 12 * MINUTE;

/** A courier fetches the order and brings it. */
export function delivery(scene: OrderScene, { paid, started, ready, amount }: Kitchen): void {
  const { script, people, events, session } = scene;
  const { random, restaurant, customer } = scene.facts;
  const courier = people.courier(random);
  const facts = { ...scene.facts, courier };
  const app = people.session(courier);
  const courier_id = courier.id;
  script.metric(started, 'dispatchService', 'matchCourier', 140, random);

  const wished = started + (ready - started) * random.between(0.3, 0.8);
  const offered = Math.min(Math.max(wished, courier.busyUntil), wished + LONGEST_WAIT);
  const assigned = script.getDone(offered, app, 'deliveryService.acceptOffer', facts);
  events.order(assigned, 'courier_assigned', courier_id, { courier_id, estimated_time: 20 });
  script.metric(assigned, 'geoService', 'route', 75, random);

  const there = script.getDone(
    assigned + random.between(3, 9) * MINUTE,
    app,
    'deliveryService.arriveAtRestaurant',
    facts,
  );
  const handedOver = Math.max(there, ready) + random.between(0.5, 2) * MINUTE;
  const pickedUp = script.getDone(handedOver, app, 'deliveryService.confirmPickup', facts);
  // Of what should never happen, one order in three hundred has this.
  const forgotten = random.chance(1 / 300);
  if (!forgotten) events.order(pickedUp, 'order_picked_up', courier_id, { courier_id });

  const minutes = 3 + kilometres(restaurant.place, customer.place) / pace[courier.vehicle];
  const door = pickedUp + minutes * random.between(0.8, 1.4) * MINUTE;
  for (let at = pickedUp + 10 * SECOND; at < door; at += BETWEEN_POSITIONS) {
    const where = between(restaurant.place, customer.place, (at - pickedUp) / (door - pickedUp));
    events.order(at, 'delivery_location', courier_id, { courier_id, ...where, accuracy: random.int(3, 40) });
  }
  for (const share of [0.25, 0.6, 0.9]) {
    const method = random.pick(['orderService.getOrder', 'deliveryService.trackCourier'] as const);
    script.call(paid + (door - paid) * share, session, method, facts);
  }
  script.metric(door, 'pushGateway', 'send', 45, random);

  const delivered = script.getDone(door, app, 'deliveryService.confirmDelivery', facts);
  courier.busyUntil = delivered + MINUTE;
  events.order(
    delivered,
    'order_delivered',
    courier_id,
    {
      courier_id,
      delivery_time: Math.round((delivered - paid) / MINUTE),
      delivery_fee: money(25 + minutes * 2),
      currency: 'TRY',
      ...(random.chance(0.3) ? { tip: money(amount * random.pick([0.05, 0.1, 0.15])) } : {}),
    },
    forgotten ? 'delivered without pickup' : undefined,
  );
  afterDelivery({ ...scene, facts }, delivered);
}

function between(from: Place, to: Place, share: number) {
  return {
    latitude: coordinate(from.lat + (to.lat - from.lat) * share),
    longitude: coordinate(from.lng + (to.lng - from.lng) * share),
  };
}
