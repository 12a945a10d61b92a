import { SECOND } from '../durations.js';
import type { OrderScene } from './order-life.js';

/** People try another time, and once more, and then eat at home. */
const PAYMENT_TRIES = 3;

/** From the full basket to the paid order. Returns when it was paid, or nothing when it never was. */
export function checkOut({ script, facts, session, events }: OrderScene, at: number): number | undefined {
  const { random, customer, order } = facts;
  let now = script.call(at, session, 'orderService.quote', facts).end;
  now = script.call(now + 2 * SECOND, session, 'paymentService.listMethods', facts).end;
  script.metric(now, 'geoService', 'reverseGeocode', 35, random);
  script.metric(now, 'fraudService', 'scoreOrder', 90, random);
  now = script.getDone(now + random.between(2, 8) * SECOND, session, 'orderService.placeOrder', facts);
  events.order(now, 'order_placed', customer.id, {
    amount: order.amount,
    currency: 'TRY',
    items: order.lines,
  });

  for (let attempt = 1; attempt <= PAYMENT_TRIES; attempt++) {
    const tried = script.call(now + SECOND, session, 'paymentService.authorize', facts);
    script.metric(tried.end, 'paymentGateway', 'authorize', 260, random);
    if (tried.error === null) {
      events.payment(tried.end, 'payment_authorized');
      return tried.end;
    }
    events.payment(tried.end, 'payment_failed', { reason: tried.error });
    now = tried.end + random.between(3, 10) * SECOND;
  }
  events.order(now, 'order_cancelled', 'orderService', { cancelled_by: 'system', reason: 'not paid' });
  return undefined;
}
