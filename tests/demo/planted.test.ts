import { expect, it } from 'vitest';
import { withEvents } from '../../src/store/orders/kept-facts.js';
import { projectOrder } from '../../src/store/orders/project-order.js';
import { readOrderEvent } from '../../src/store/orders/read-order-event.js';
import { eventsByOrder, itemsOf } from './plan.js';

const orders = [...eventsByOrder(itemsOf({ seconds: 900, speed: 120, ordersPerMinute: 90 }))];

it('the service finds what the demo planted, and nothing else', () => {
  const findings = orders.map(([order_id, events]) => {
    const read = events.map(({ body }) => readOrderEvent({ ...body, order_id, identity: 'service' }));
    const project = projectOrder(
      withEvents(
        {},
        read.filter((event) => event !== undefined),
      ),
    );
    const planted = events.flatMap((event) => event.planted ?? []);
    return `${planted.join()}: ${(project?.illegal ?? []).map(({ code }) => code).join()}`;
  });
  expect([...new Set(findings)].sort()).toEqual([
    ': ',
    'captured twice: captured_twice',
    'delivered without pickup: delivered_without_pickup',
    'refunded after the delivery, without a dispute: refund_after_close',
  ]);
});
