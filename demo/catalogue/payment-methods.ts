import { type Facts, money } from '../order.js';
import type { Methods } from './method.js';

export const totals = ({ order }: Facts) => ({
  amount: order.amount,
  delivery_fee: order.deliveryFee,
  currency: 'TRY',
});
export const payment = (facts: Facts) => ({
  payment_id: facts.order.paymentId,
  order_id: facts.order.id,
  ...totals(facts),
});

/** paymentService. */
export const paymentMethods = {
  'paymentService.listMethods': {
    median: 70,
    parameters: (facts) => ({ user_id: facts.customer.id, ...totals(facts) }),
    response: ({ random, order }) => ({
      methods: ['card', 'wallet', 'meal_card'],
      chosen: order.method,
      points: random.int(0, 500),
    }),
  },
  'paymentService.authorize': {
    median: 420,
    parameters: (facts) => ({
      ...payment(facts),
      method: facts.order.method,
      last4: String(facts.random.int(1000, 9999)),
    }),
    response: (facts) => ({
      ...payment(facts),
      state: 'authorized',
      approval: facts.random.int(100_000, 999_999),
    }),
    errors: [
      ({ random, order }) =>
        `Payment ${order.paymentId} declined by the bank: code ${random.pick([51, 5, 54, 61])}`,
      ({ order }) => `3-D Secure of payment ${order.paymentId} was not finished`,
    ],
  },
  'paymentService.getReceipt': {
    median: 60,
    parameters: ({ order }) => ({ order_id: order.id, payment_id: order.paymentId, format: 'pdf' }),
    response: (facts) => ({ ...payment(facts), vat: money(facts.order.amount * 0.1), pages: 1 }),
  },
  'paymentService.refund': {
    median: 380,
    parameters: (facts) => ({ ...payment(facts), cause: 'dispute', full: true }),
    response: (facts) => ({ ...payment(facts), state: 'refunded' }),
    errors: [({ order }) => `Refund of payment ${order.paymentId} is over the daily limit`],
  },
} as const satisfies Methods;
