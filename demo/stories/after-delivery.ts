import { MINUTE } from '../durations.js';
import { comments, disputeReasons } from '../names.js';
import type { OrderScene } from './order-life.js';
import { leave } from './visit.js';

/** What people say of the food, and the few that want their money back. */
export function afterDelivery(
  { script, people, facts, session, events }: OrderScene,
  delivered: number,
): void {
  const { random, customer } = facts;
  const later = (low: number, high: number) => delivered + random.between(low, high) * MINUTE;
  if (random.chance(0.5)) script.call(later(0, 2), session, 'notificationService.markRead', facts);
  if (random.chance(0.1)) script.call(later(1, 9), session, 'paymentService.getReceipt', facts);
  if (random.chance(0.2)) script.call(later(1, 9), session, 'orderService.listOrders', facts);
  if (random.chance(0.25)) {
    const { end, error } = script.call(later(5, 40), session, 'reviewService.submitReview', facts);
    const rating = random.pick([5, 5, 5, 4, 4, 3, 2, 1]);
    const comment = random.chance(0.5) ? { comment: random.pick(comments) } : {};
    if (error === null) events.order(end, 'review_submitted', customer.id, { rating, ...comment });
  }
  leave(script, session, facts, later(1, 4));
  if (!random.chance(0.025)) {
    // Of what should never happen, one order in three hundred has this.
    const planted = 'refunded after the delivery, without a dispute';
    if (random.chance(1 / 300)) events.payment(later(20, 60), 'payment_refunded', {}, planted);
    return;
  }

  const opened = script.getDone(later(3, 25), session, 'disputeService.openDispute', facts);
  events.order(opened, 'dispute_opened', customer.id, { reason: random.pick(disputeReasons) });
  if (random.chance(0.6)) script.call(opened + MINUTE, session, 'disputeService.addEvidence', facts);

  const desk = people.session(random.pick(people.world.admins));
  let now = opened + random.between(10, 45) * MINUTE;
  const resolution = random.pick(['refund', 'refund', 'voucher', 'declined']);
  if (resolution === 'refund') {
    now = script.getDone(now, desk, 'paymentService.refund', facts);
    events.payment(now, 'payment_refunded', { reason: 'dispute' });
  }
  now = script.getDone(now + MINUTE, desk, 'disputeService.resolveDispute', facts);
  events.order(now, 'dispute_resolved', desk.actor.id, { resolution });
}
