import { describe, expect, it } from 'vitest';
import type { LiveFilter } from '../../src/contract/live.js';
import { LiveMessage } from '../../src/live/live-message.js';
import { readLiveRequest } from '../../src/live/read-live-request.js';

const action = new LiveMessage({
  kind: 'action',
  id: 'a1',
  json: '{"service_name":"orderService","method_name":"placeOrder","user_id":"u_17","user_type":null,"success":false}',
});
const event = new LiveMessage({
  kind: 'event',
  id: 'e1',
  json: '{"event_type":"order_placed","entity_id":"pay_7","order_id":"o_981","triggered_by":"u_17"}',
});

describe('a live message', () => {
  it('carries the row as it was written, digit by digit', () => {
    const json = '{"parameters":{"total":12345678901234567890.10}}';
    const frame = String(new LiveMessage({ kind: 'action', id: 'x', json }).frame);
    expect(frame).toBe(`{"type":"action","cursor":"x","data":${json}}`);
  });

  it.each<[LiveFilter, boolean, boolean]>([
    [{}, true, true],
    [{ types: ['event'] }, false, true],
    [{ types: ['action', 'event'] }, true, true],
    [{ service_name: 'orderService' }, true, false],
    [{ service_name: 'orderService', method_name: 'cancelOrder' }, false, false],
    [{ success: false }, true, false],
    [{ success: true }, false, false],
    [{ user_id: 'u_17' }, true, true],
    [{ user_id: 'u_17', entity_id: 'pay_7' }, false, true],
    [{ order_id: 'o_981' }, false, true],
    [{ order_id: 'pay_7' }, false, false],
    [{ event_type: 'order_placed' }, false, true],
    [{ user_type: 'customer' }, false, false],
  ])('matches %j: the action %s, the event %s', (filter, ofAction, ofEvent) => {
    expect([action.matches(filter), event.matches(filter)]).toEqual([ofAction, ofEvent]);
  });
});

describe('what a client sends', () => {
  it('may subscribe to everything, to some, and from a cursor on', () => {
    const after = '019AB2C4-0000-7000-8000-000000000000';
    expect(readLiveRequest('{"type":"subscribe"}')).toEqual({ type: 'subscribe', filter: {} });
    expect(readLiveRequest(`{"type":"subscribe","filter":{"success":false},"after":"${after}"}`)).toEqual({
      type: 'subscribe',
      filter: { success: false },
      after: after.toLowerCase(),
    });
  });

  it.each([
    ['', 'malformed-request'],
    ['subscribe', 'malformed-request'],
    ['null', 'validation-failed'],
    ['[]', 'validation-failed'],
    ['{"type":"unsubscribe"}', 'validation-failed'],
    ['{"type":"subscribe","filter":{"service":"a"}}', 'validation-failed'],
    ['{"type":"subscribe","filter":{"types":["metric"]}}', 'validation-failed'],
    ['{"type":"subscribe","after":"yesterday"}', 'validation-failed'],
  ])('is a problem when it is %j', (text, code) => {
    expect(readLiveRequest(text)).toMatchObject({ code });
  });
});
