import { expectedOrders } from '../../demo/expected-orders.js';
import { type PlannedIncident, placeIncidents } from '../../demo/incident.js';
import type { EventBody, Item } from '../../demo/item.js';
import { planClock } from '../../demo/plan-clock.js';
import { type Plan, simulate } from '../../demo/simulate.js';

export const NOW = Date.parse('2026-11-24T10:00:00.000Z');

export interface Wishes {
  seed?: string;
  seconds?: number;
  speed?: number;
  historyDays?: number;
  historyOrders?: number;
  ordersPerMinute?: number;
  start?: number;
  now?: number;
  incidents?: PlannedIncident[];
}

/** What the command line's options come to. */
export function planOf({
  seed = '1',
  seconds = 60,
  speed = 60,
  historyDays = 0,
  historyOrders = 1_500,
  ordersPerMinute = 60,
  now = NOW,
  start,
  incidents = [],
}: Wishes = {}): Plan {
  const clock = planClock({ now, seconds, speed, historyDays, start });
  return {
    seed,
    clock,
    size: { customers: 300, restaurants: 25, couriers: 50 },
    incidents: placeIncidents(incidents, clock.liveFrom, clock.speed),
    orders: expectedOrders({ ordersPerMinute, seconds, historyDays, historyOrders }, clock),
  };
}

export const itemsOf = (wishes?: Wishes): Item[] => [...simulate(planOf(wishes))];

type EventItem = Extract<Item, { kind: 'event' }>;

/** The events of each order, in time, whichever entity they are about. */
export function eventsByOrder(items: readonly Item[]): Map<string, EventItem[]> {
  const orders = new Map<string, EventItem[]>();
  for (const item of items) {
    if (item.kind !== 'event' || typeof item.body.event_data.order_id !== 'string') continue;
    const { order_id } = item.body.event_data;
    const known = orders.get(order_id);
    if (known) known.push(item);
    else orders.set(order_id, [item]);
  }
  return orders;
}

export const actionsOf = (items: readonly Item[], service: string) =>
  items.flatMap((item) => (item.kind === 'action' && item.body.service_name === service ? [item] : []));

export const typesOf = (events: readonly { body: EventBody }[]): string[] =>
  events.map(({ body }) => body.event_type);
