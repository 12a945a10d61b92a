import type { Facts } from '../order.js';
import { restaurantCard } from './browse-methods.js';
import type { Methods } from './method.js';

const dispute = ({ order, customer }: Facts) => ({
  dispute_id: order.id.replace('o_', 'x_'),
  order_id: order.id,
  customer_id: customer.id,
});

/** reviewService, notificationService, disputeService and adminService. */
export const supportMethods = {
  'reviewService.listReviews': {
    median: 65,
    parameters: ({ random, restaurant }) => ({
      restaurant_id: restaurant.id,
      page: random.int(1, 3),
      limit: 10,
    }),
    response: (facts) => ({
      ...restaurantCard(facts),
      total: facts.random.int(8, 900),
      newest: 'Sıcak geldi, teşekkürler!',
    }),
  },
  'reviewService.submitReview': {
    median: 110,
    parameters: ({ random, order, restaurant }) => ({
      order_id: order.id,
      restaurant_id: restaurant.id,
      rating: random.int(2, 5),
      photos: random.int(0, 2),
    }),
    response: ({ random }) => ({ review_id: `rv_${random.hex(8)}`, visible: true, points: 10 }),
    errors: [({ order }) => `Order ${order.id} was reviewed before`],
  },
  'notificationService.registerDevice': {
    median: 50,
    parameters: ({ customer }) => ({
      user_id: customer.id,
      device: customer.device,
      topics: ['orders', 'offers'],
    }),
    response: ({ random }) => ({ device_id: `dev_${random.hex(8)}`, topics: 2, quiet_hours: '23:00-08:00' }),
  },
  'notificationService.listNotifications': {
    median: 45,
    parameters: ({ customer }) => ({ user_id: customer.id, unread: true, limit: 20 }),
    response: ({ random, order }) => ({
      unread: random.int(0, 6),
      newest: { order_id: order.id, text: 'Siparişiniz yolda' },
    }),
  },
  'notificationService.markRead': {
    median: 30,
    parameters: ({ customer, order }) => ({ user_id: customer.id, order_id: order.id, all: false }),
    response: ({ random }) => ({ unread: random.int(0, 4), badge: random.int(0, 4) }),
  },
  'disputeService.openDispute': {
    median: 170,
    parameters: (facts) => ({ ...dispute(facts), photos: facts.random.int(0, 3) }),
    response: (facts) => ({ ...dispute(facts), state: 'open', answer_within_hours: 24 }),
  },
  'disputeService.addEvidence': {
    median: 260,
    parameters: (facts) => ({ ...dispute(facts), photo_bytes: facts.random.int(80_000, 900_000) }),
    response: (facts) => ({ ...dispute(facts), photos: facts.random.int(1, 4) }),
    errors: [({ random }) => `Photo of ${random.int(5, 20)} MB is over the limit of 5 MB`],
  },
  'disputeService.resolveDispute': {
    median: 190,
    parameters: (facts) => ({ ...dispute(facts), amount: facts.order.amount }),
    response: (facts) => ({ ...dispute(facts), state: 'resolved' }),
  },
  'adminService.viewDashboard': {
    median: 350,
    parameters: ({ random }) => ({
      timeframe: random.pick(['hourly', 'daily']),
      panels: ['orders', 'couriers', 'payments'],
    }),
    response: ({ random }) => ({
      open_orders: random.int(5, 90),
      couriers_online: random.int(10, 60),
      alerts: random.int(0, 3),
    }),
  },
  'adminService.listUsers': {
    median: 210,
    parameters: ({ random }) => ({
      role: random.pick(['customer', 'delivery', 'restaurant']),
      page: random.int(1, 9),
    }),
    response: ({ random, customer }) => ({
      total: random.int(100, 9000),
      users: [{ id: customer.id, state: 'active', orders: random.int(0, 90) }],
    }),
  },
  'adminService.setConfig': {
    median: 120,
    parameters: ({ random }) => ({
      key: 'delivery.base_fee',
      value: random.int(10, 30),
      note: 'weekly review',
    }),
    response: ({ random }) => ({ key: 'delivery.base_fee', version: random.int(3, 80) }),
  },
  'adminService.suspendUser': {
    median: 140,
    parameters: ({ customer }) => ({ user_id: customer.id, reason: 'chargebacks', days: 30 }),
    response: ({ random, customer }) => ({
      user_id: customer.id,
      state: 'suspended',
      sessions_ended: random.int(0, 3),
    }),
  },
} as const satisfies Methods;
