import { describe, expect, it } from 'vitest';
import type { Caller } from '../../src/access/caller.js';
import { type Role, roles } from '../../src/contract/common.js';
import { type EventInput, eventSchema } from '../../src/contract/event.js';
import { eventDataSchemas } from '../../src/contract/event-data.js';
import { eventKind } from '../../src/ingest/event-kind.js';
import { orderEventLetters } from '../../src/store/orders/order-event.js';

const service: Caller = { kind: 'service', key_id: 'k', name: 'orders', scopes: ['ingest'] };
const person = (role: Role): Caller => ({
  kind: 'person',
  user_id: `${role}_1`,
  role,
  issuer: 'self',
  expires_at: 0,
});
const server = {
  id: '019ab4f1-6c00-7a31-8b2e-5f0d3c1a9e77',
  timestamp: '2025-11-24T12:00:00.000Z',
  received_at: '2025-11-24T12:00:00.000Z',
  ip_address: null,
  identity: 'service',
} as const;
const rowOf = (event: Partial<EventInput>, caller: Caller = service) =>
  eventKind.toRow(
    { event_type: 'order_placed', entity_type: 'order', entity_id: 'o_1', event_data: {}, ...event },
    server,
    caller,
  );
const known = Object.keys(eventDataSchemas);

/** Who may send what, in words of the contract; admins and services all. */
const everybody = ['customer', 'restaurant', 'delivery'];
const senders: Record<string, readonly string[]> = {
  order_placed: ['customer'],
  order_accepted: ['restaurant'],
  order_rejected: ['restaurant'],
  order_preparing: ['restaurant'],
  order_ready: ['restaurant'],
  courier_assigned: ['delivery'],
  order_picked_up: ['delivery'],
  order_delivered: ['delivery'],
  delivery_location: ['delivery'],
  order_cancelled: ['customer', 'restaurant'],
  payment_authorized: [],
  payment_captured: [],
  payment_failed: [],
  payment_refunded: [],
  dispute_opened: everybody,
  dispute_resolved: [],
  review_submitted: ['customer'],
  user_registered: everybody,
  user_logged_in: everybody,
  user_logged_out: everybody,
  profile_updated: everybody,
  user_suspended: [],
  config_changed: [],
};

describe('who may send an event', () => {
  it('is written down for every known type', () => {
    expect(Object.keys(senders).sort()).toEqual([...known].sort());
  });

  it.each(Object.entries(senders))('%s', (event_type, may) => {
    for (const role of roles) {
      const attempt = () => rowOf({ event_type }, person(role));
      if (role === 'admin' || may.includes(role)) expect(attempt).not.toThrow();
      else expect(attempt).toThrow(`The role ${role} may not send ${event_type}.`);
    }
    expect(() => rowOf({ event_type })).not.toThrow();
  });

  it('is everybody for types that are not known, whatever they are called', () => {
    for (const event_type of ['kitchen_on_fire', 'constructor', '__proto__', 'toString']) {
      for (const role of roles) expect(() => rowOf({ event_type }, person(role))).not.toThrow();
      const sent = { event_type, entity_type: 'x', entity_id: 'y', event_data: [1] };
      expect(eventSchema.safeParse(sent).success).toBe(true);
    }
  });
});

describe('the order that an event is about', () => {
  it.each([
    [{ event_data: { order_id: 'o_9' } }, 'o_9'],
    [{ entity_type: 'payment', entity_id: 'p_1', event_data: { order_id: 'o_9' } }, 'o_9'],
    [{ entity_type: 'ORDER' }, 'o_1'],
    [{ event_data: { order_id: '' } }, 'o_1'],
    [{ event_data: { order_id: 7 } }, 'o_1'],
    [{ event_type: 'note', event_data: { order_id: 'x'.repeat(256) } }, 'o_1'],
    [{ event_data: { order_id: '[redacted]' } }, 'o_1'],
    [{ event_data: [{ order_id: 'o_9' }] }, 'o_1'],
    [{ entity_type: 'payment', entity_id: 'p_1' }, undefined],
    [{ entity_type: 'order', entity_id: '[redacted]' }, undefined],
    [{ entity_type: 'restaurant', event_data: null }, undefined],
  ])('of %j is %s', (event, order_id) => expect(rowOf(event).order_id).toBe(order_id));

  it('gets what tells its life, and nothing else', () => {
    const told = known.filter((event_type) => eventKind.counted(rowOf({ event_type })).order !== undefined);
    expect(told.sort()).toEqual(Object.keys(orderEventLetters).sort());
    const facts = { customer_id: 'c', amount: 2.5, currency: 'EUR', items: ['soup'], tip: 'much' };
    expect(eventKind.counted(rowOf({ event_data: facts })).order).toEqual({
      id: server.id,
      order_id: 'o_1',
      event_type: 'order_placed',
      by_service: true,
      customer_id: 'c',
      amount: 2.5,
      currency: 'EUR',
    });
    expect(eventKind.counted(rowOf({ entity_type: 'user' }))).toEqual({});
  });

  it('has two events whose letters differ, none of which means anything to LIKE', () => {
    const letters = Object.values(orderEventLetters);
    expect(new Set(letters).size).toBe(letters.length);
    expect(letters.every((letter) => /^[A-Za-z]$/.test(letter))).toBe(true);
  });
});

describe('the party that a person is', () => {
  it('is what its token says, whatever is sent, in events that tell an order’s life', () => {
    const event_data = { courier_id: 'somebody', customer_id: 'c', note: 'x' };
    const delivered = rowOf({ event_type: 'order_delivered', event_data }, person('delivery'));
    expect(delivered.event_data).toEqual({ courier_id: 'delivery_1', customer_id: 'c', note: 'x' });
    expect(rowOf({}, person('customer')).event_data).toEqual({ customer_id: 'customer_1' });
    expect(rowOf({ event_type: 'order_ready' }, person('restaurant')).event_data).toEqual({
      restaurant_id: 'restaurant_1',
    });
  });

  it('is what it says where it is an admin, a service, or no order is told about', () => {
    const event_data = { courier_id: 'd' };
    const delivered = { event_type: 'order_delivered', event_data };
    expect(rowOf(delivered, person('admin')).event_data).toEqual(event_data);
    expect(rowOf(delivered).event_data).toEqual(event_data);
    expect(rowOf({ ...delivered, entity_type: 'x' }, person('delivery')).event_data).toEqual(event_data);
    expect(rowOf({ event_type: 'note', event_data }, person('delivery')).event_data).toEqual(event_data);
    expect(rowOf({ event_data: null }).event_data).toEqual({});
  });
});
