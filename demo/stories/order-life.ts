import { MINUTE, SECOND } from '../durations.js';
import { cancelReasons, rejectReasons } from '../names.js';
import type { Facts } from '../order.js';
import type { Script, Session } from '../script.js';
import { checkOut } from './check-out.js';
import { delivery } from './delivery.js';
import { OrderEvents } from './order-events.js';
import type { People } from './people.js';

export interface OrderScene {
  script: Script;
  people: People;
  facts: Facts;
  /** The customer's. */
  session: Session;
  events: OrderEvents;
}

/** One order from the basket to the end, whichever end it has. */
export function orderLife(scene: Omit<OrderScene, 'events'>, at: number): void {
  const { script, people, facts, session } = scene;
  const { random, restaurant, order } = facts;
  const events = new OrderEvents(script, facts);
  const paid = checkOut({ ...scene, events }, at);
  if (paid === undefined) return;

  const cancel = (when: number, reason: string) => {
    const end = script.getDone(when, session, 'orderService.cancelOrder', facts);
    events.order(end, 'order_cancelled', facts.customer.id, { cancelled_by: 'customer', reason });
  };
  const { id } = people.idleRestaurant();
  if (restaurant.id === id && script.isActive('idle-restaurant', paid)) {
    for (const minutes of [4, 8]) {
      script.call(paid + minutes * MINUTE, session, 'orderService.getOrder', facts);
    }
    cancel(paid + random.between(12, 25) * MINUTE, 'the restaurant does not answer');
    return;
  }
  if (random.chance(0.03)) {
    cancel(paid + random.between(20, 90) * SECOND, random.pick(cancelReasons));
    return;
  }

  const tablet = people.session(restaurant);
  const looked = paid + (20 * SECOND + random.exponential() * MINUTE);
  if (random.chance(0.04)) {
    const end = script.getDone(looked, tablet, 'orderService.rejectOrder', facts);
    events.order(end, 'order_rejected', restaurant.id, { reason: random.pick(rejectReasons) });
    return;
  }
  const accepted = script.getDone(looked, tablet, 'orderService.acceptOrder', facts);
  const preparation = Math.max(4, Math.round(restaurant.preparationMinutes * random.between(0.7, 1.5)));
  events.order(accepted, 'order_accepted', restaurant.id, { preparation_time: preparation });
  const captured = script.metric(accepted + SECOND, 'paymentGateway', 'capture', 310, random);
  events.payment(captured, 'payment_captured');

  // Of what should never happen, one order in three hundred has this.
  if (random.chance(1 / 300)) events.payment(captured + 3 * SECOND, 'payment_captured', {}, 'captured twice');
  if (random.chance(0.012)) {
    const cancelled = captured + random.between(2, 6) * MINUTE;
    events.order(cancelled, 'order_cancelled', restaurant.id, {
      cancelled_by: 'restaurant',
      reason: 'out of stock',
    });
    events.payment(cancelled + 2 * SECOND, 'payment_refunded', { reason: 'cancelled by the restaurant' });
    return;
  }
  script.metric(accepted, 'kitchenGateway', 'printTicket', 60, random);
  script.metric(accepted, 'pushGateway', 'send', 45, random);
  const started = script.getDone(
    captured + random.between(0.5, 3) * MINUTE,
    tablet,
    'orderService.startPreparing',
    facts,
  );
  events.order(started, 'order_preparing', restaurant.id);
  const ready = script.getDone(started + preparation * MINUTE, tablet, 'orderService.markReady', facts);
  events.order(ready, 'order_ready', restaurant.id);
  delivery({ ...scene, events }, { paid, started, ready, amount: order.amount });
}
