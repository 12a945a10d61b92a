import { z } from 'zod';
import { type Access, access } from '../access/access.js';
import type { Caller } from '../access/caller.js';
import { funnelQuerySchema, funnelSchema } from '../contract/funnel.js';
import {
  courierAnalyticsSchema,
  orderAnalyticsQuerySchema,
  orderAnalyticsSchema,
  partyQuerySchema,
  restaurantAnalyticsSchema,
} from '../contract/order-analytics.js';
import { storableText } from '../contract/text.js';
import { Problem } from '../http/problem.js';
import { answerFunnel } from './orders/answer-funnel.js';
import { answerOrders } from './orders/answer-orders.js';
import { answerCourier, answerRestaurant } from './orders/answer-party.js';
import { type AnalyticsRoutes, refusals, routeParts } from './route-parts.js';

/** Like `access.read`, and the party itself: the handler narrows it to its own id. */
const readAsRestaurant = { roles: ['restaurant', 'admin'], scopes: ['read'] } as const satisfies Access;
const readAsCourier = { roles: ['delivery', 'admin'], scopes: ['read'] } as const satisfies Access;

/** How orders go: in all, step by step, and for one restaurant or courier. */
export const orderAnalyticsRoutes: AnalyticsRoutes = async (app, options) => {
  const { shared, named } = routeParts(options);
  const { memory } = options;
  const pool = app.database.pools.reader;

  app.route({
    method: 'GET',
    url: '/orders',
    config: { access: access.read },
    schema: {
      ...shared,
      operationId: named('getOrderAnalytics'),
      summary: 'How orders go: how far they come, how long each stage takes, where they end',
      description:
        'The span is widened to whole hours; an order belongs to the hour of its first event. Groups: the busiest restaurants and couriers, and hours of the week in `timezone`. Never stale: answered from rollups that are written with the events.',
      querystring: orderAnalyticsQuerySchema,
      response: { 200: orderAnalyticsSchema, ...refusals },
    },
    handler: (request) =>
      app.answers.once(request, 'getOrderAnalytics', request.query, () =>
        answerOrders(pool, memory, request.query, app.clock()),
      ),
  });

  app.route({
    method: 'GET',
    url: '/funnel',
    config: { access: access.read },
    schema: {
      ...shared,
      operationId: named('getFunnel'),
      summary: 'How many take one step after the other',
      description:
        'For orders: each order’s own events, in the order of their times; the span is widened to whole hours and may be as long as any. For users and sessions: of all chances to begin, the one that leads furthest within `within_minutes`; the span may have 7 days, since the rows themselves are read. Other steps in between do not matter.',
      querystring: funnelQuerySchema,
      response: { 200: funnelSchema, ...refusals },
    },
    handler: (request) =>
      app.answers.once(request, 'getFunnel', request.query, () =>
        answerFunnel(pool, memory, request.query, app.clock()),
      ),
  });

  app.route({
    method: 'GET',
    url: '/restaurants/:restaurant_id',
    config: { access: readAsRestaurant },
    schema: {
      ...shared,
      operationId: named('getRestaurantAnalytics'),
      summary: 'One restaurant: orders by day, acceptance, preparation, money',
      description: 'A restaurant reads its own. One without orders has zeros, which is an answer too.',
      params: z.object({ restaurant_id: storableText(255).min(1) }),
      querystring: partyQuerySchema,
      response: { 200: restaurantAnalyticsSchema, ...refusals },
    },
    handler: (request) => {
      const { restaurant_id } = request.params;
      guardOwn(request.caller, restaurant_id);
      return app.answers.once(request, 'getRestaurantAnalytics', { ...request.query, restaurant_id }, () =>
        answerRestaurant(pool, memory, restaurant_id, request.query, app.clock()),
      );
    },
  });

  app.route({
    method: 'GET',
    url: '/couriers/:courier_id',
    config: { access: readAsCourier },
    schema: {
      ...shared,
      operationId: named('getCourierAnalytics'),
      summary: 'One courier: deliveries and earnings by day, times, lateness',
      description:
        'A courier reads its own. Earnings are delivery_fee and tip of the order_delivered events.',
      params: z.object({ courier_id: storableText(255).min(1) }),
      querystring: partyQuerySchema,
      response: { 200: courierAnalyticsSchema, ...refusals },
    },
    handler: (request) => {
      const { courier_id } = request.params;
      guardOwn(request.caller, courier_id);
      return app.answers.once(request, 'getCourierAnalytics', { ...request.query, courier_id }, () =>
        answerCourier(pool, memory, courier_id, request.query, app.clock()),
      );
    },
  });
};

/** A restaurant and a courier go by their user_id. */
function guardOwn(caller: Caller, id: string): void {
  if (caller.kind !== 'person' || caller.role === 'admin' || caller.user_id === id) return;
  throw new Problem('forbidden', 'You may read your own figures only.');
}
