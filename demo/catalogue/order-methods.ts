import { type Facts, money } from '../order.js';
import type { Methods } from './method.js';
import { payment, totals } from './payment-methods.js';

const basket = ({ order, restaurant }: Facts) => ({
  restaurant_id: restaurant.id,
  items: order.lines.map(({ id, quantity, price }) => ({ id, quantity, price })),
});
const line = ({ random, order }: Facts) => random.pick(order.lines);
const orderAt = (stage: string) => (facts: Facts) => ({ order_id: facts.order.id, stage, ...totals(facts) });
const orderOnly = ({ order, restaurant }: Facts) => ({ order_id: order.id, restaurant_id: restaurant.id });

/** cartService and orderService. */
export const orderMethods = {
  'cartService.addItem': {
    median: 50,
    parameters: (facts) => ({ restaurant_id: facts.restaurant.id, ...line(facts), note: 'az acılı' }),
    response: (facts) => ({ lines: facts.order.lines.length, ...totals(facts) }),
    errors: [(facts) => `Item ${line(facts).id} is out of stock`],
  },
  'cartService.removeItem': {
    median: 45,
    parameters: (facts) => ({ restaurant_id: facts.restaurant.id, item_id: line(facts).id }),
    response: (facts) => ({ lines: facts.order.lines.length, ...totals(facts) }),
  },
  'cartService.getCart': {
    median: 40,
    parameters: ({ customer }) => ({ user_id: customer.id, with_totals: true }),
    response: (facts) => ({ ...basket(facts), ...totals(facts) }),
  },
  'cartService.applyCoupon': {
    median: 90,
    parameters: (facts) => ({
      coupon: facts.random.pick(['HOSGELDIN50', 'OGLE20', 'GECE15']),
      ...totals(facts),
    }),
    response: (facts) => ({ discount: money(facts.order.amount * 0.1), ...totals(facts) }),
    errors: [({ random }) => `Coupon OGLE20 was used ${random.int(1, 5)} times already`],
  },
  'orderService.quote': {
    median: 130,
    parameters: (facts) => ({ ...basket(facts), to: facts.customer.place }),
    response: (facts) => ({ ...totals(facts), minutes: facts.restaurant.preparationMinutes + 15 }),
  },
  'orderService.placeOrder': {
    median: 240,
    parameters: (facts) => ({ ...basket(facts), ...totals(facts), payment_method: facts.order.method }),
    response: (facts) => ({ ...payment(facts), minutes: facts.restaurant.preparationMinutes + 15 }),
    errors: [
      ({ restaurant }) => `Restaurant ${restaurant.id} takes no orders now`,
      (facts) => `Price of ${line(facts).id} changed from ${line(facts).price} TRY`,
    ],
  },
  'orderService.getOrder': {
    median: 50,
    parameters: ({ order }) => ({ order_id: order.id, include: ['timeline', 'courier'] }),
    response: (facts) => ({ ...payment(facts), ...basket(facts) }),
  },
  'orderService.listOrders': {
    median: 95,
    parameters: ({ random }) => ({ page: random.int(1, 3), limit: 20, state: 'all' }),
    response: (facts) => ({ total: facts.random.int(1, 140), orders: [orderAt('delivered')(facts)] }),
  },
  'orderService.acceptOrder': {
    median: 90,
    parameters: (facts) => ({
      ...orderOnly(facts),
      preparation_minutes: facts.restaurant.preparationMinutes,
    }),
    response: orderAt('accepted'),
    errors: [({ order }) => `Order ${order.id} is locked by another tablet`],
  },
  'orderService.rejectOrder': {
    median: 80,
    parameters: (facts) => ({ ...orderOnly(facts), message: 'Üzgünüz, şu an hazırlayamıyoruz' }),
    response: orderAt('rejected'),
  },
  'orderService.startPreparing': { median: 60, parameters: orderOnly, response: orderAt('preparing') },
  'orderService.markReady': { median: 60, parameters: orderOnly, response: orderAt('ready') },
  'orderService.cancelOrder': {
    median: 150,
    parameters: (facts) => ({ ...orderOnly(facts), confirm: true }),
    response: orderAt('cancelled'),
    errors: [({ order }) => `Order ${order.id} can no longer be cancelled`],
  },
} as const satisfies Methods;
