import { describe, expect, it } from 'vitest';
import type { LiveFilter } from '../../src/contract/live.js';
import { compileFilter } from '../../src/live/compile-filter.js';
import { cursorStem } from '../../src/live/live-cursor.js';
import { contentsOf, type LiveContent, LiveMessage } from '../../src/live/live-message.js';
import { readLiveRequest } from '../../src/live/read-live-request.js';

const stem = cursorStem(7, 7, []);
const message = (content: LiveContent | undefined) => new LiveMessage(content as LiveContent, stem, true);

const [actionContent, eventContent] = contentsOf([
  {
    kind: 'event',
    id: 'e1',
    json: '{"event_type":"order_placed","entity_id":"pay_7","order_id":"o_981","triggered_by":"u_17"}',
  },
  {
    kind: 'action',
    id: 'a1',
    json: '{"service_name":"orderService","method_name":"placeOrder","user_id":"u_17","user_type":null,"success":false}',
  },
]);
const action = message(actionContent);
const event = message(eventContent);
const alert = message({ type: 'alert', index: 0, json: '{}', fields: () => ({ severity: 'critical' }) });

describe('a live message', () => {
  it('carries the row as it was written, digit by digit', () => {
    const json = '{"parameters":{"total":12345678901234567890.10}}';
    const [content] = contentsOf([{ kind: 'action', id: 'x', json }]);
    expect(String(message(content).frame)).toBe(`{"type":"action","cursor":"7","data":${json}}`);
  });

  it('has a place in its commit: actions, then events, and no metrics', () => {
    const kinds = ['metric', 'event', 'action', 'event', 'action'] as const;
    const contents = contentsOf(kinds.map((kind, index) => ({ kind, id: `${index}`, json: `${index}` })));
    expect(contents.map(({ index, json }) => [index, json])).toEqual([
      [0, '2'],
      [1, '4'],
      [2, '1'],
      [3, '3'],
    ]);
    const cursors = contents.map((content, place) => new LiveMessage(content, stem, place === 3).cursor);
    expect(cursors).toEqual(['7.1', '7.2', '7.3', '7']);
  });

  it.each<[LiveFilter, boolean, boolean, boolean]>([
    [{}, true, true, true],
    [{ types: ['event'] }, false, true, false],
    [{ types: ['action', 'event'] }, true, true, false],
    [{ types: ['system'] }, false, false, false],
    [{ service_name: 'orderService' }, true, false, false],
    [{ service_name: 'orderService', method_name: 'cancelOrder' }, false, false, false],
    [{ success: false }, true, false, false],
    [{ success: true }, false, false, false],
    [{ user_id: 'u_17' }, true, true, false],
    [{ user_id: 'u_17', entity_id: 'pay_7' }, false, true, false],
    [{ order_id: 'o_981' }, false, true, false],
    [{ order_id: 'pay_7' }, false, false, false],
    [{ event_type: 'order_placed' }, false, true, false],
    [{ user_type: 'customer' }, false, false, false],
    [{ severity: 'critical' }, false, false, true],
    [{ severity: ['info', 'critical'] }, false, false, true],
    [{ severity: ['info', 'warning'] }, false, false, false],
    [{ severity: 'critical', types: ['action'] }, false, false, false],
  ])('matches %j: the action %s, the event %s, the alert %s', (filter, ...expected) => {
    const { matches } = compileFilter(filter);
    expect([action, event, alert].map((one) => matches(one))).toEqual(expected);
  });

  it('is not read for a filter that asks for types only', () => {
    const fields = () => {
      throw new Error('read');
    };
    const unread = message({ type: 'action', index: 0, json: '{}', fields });
    expect(compileFilter({ types: ['action'] }).matches(unread)).toBe(true);
    expect(compileFilter({ types: ['event'], success: true }).matches(unread)).toBe(false);
  });
});

describe('a filter', () => {
  it.each<[LiveFilter, boolean, boolean]>([
    [{}, true, false],
    [{ success: true }, true, false],
    [{ types: ['system'] }, false, true],
    [{ types: ['alert', 'system'] }, true, true],
  ])('%j wants rows %s, ticks %s', (filter, rows, ticks) => {
    const { wantsRows, wantsTicks } = compileFilter(filter);
    expect([wantsRows, wantsTicks]).toEqual([rows, ticks]);
  });
});

describe('what a client sends', () => {
  it('may subscribe to everything, to some, and from a cursor on', () => {
    const after = '1042.3@1040-1-5:4';
    expect(readLiveRequest('{"type":"subscribe"}')).toEqual({ type: 'subscribe', filter: {} });
    expect(readLiveRequest(`{"type":"subscribe","filter":{"success":false},"after":"${after}"}`)).toEqual({
      type: 'subscribe',
      filter: { success: false },
      after,
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
    ['{"type":"subscribe","filter":{"severity":"loud"}}', 'validation-failed'],
    ['{"type":"subscribe","after":"yesterday"}', 'validation-failed'],
  ])('is a problem when it is %j', (text, code) => {
    expect(readLiveRequest(text)).toMatchObject({ code });
  });
});
