import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorStem } from '../../src/live/live-cursor.js';
import { LiveMessage } from '../../src/live/live-message.js';
import { MessageRing } from '../../src/live/message-ring.js';

const message = (seq: number, json = '{}') =>
  new LiveMessage({ type: 'action', index: 0, json, fields: () => ({}) }, cursorStem(seq, seq, []), true);

/** What a client that stands at this sequence number would be sent. */
const from = (ring: MessageRing, sequence: number) =>
  Array.from({ length: ring.next - sequence }, (_, index) => ring.at(sequence + index)?.cursor);

describe('the ring of recent messages', () => {
  it('holds the last ones, and the cursor that stood before them', () => {
    const bounds = fc.record({
      messages: fc.integer({ min: 1, max: 8 }),
      length: fc.integer({ min: 1, max: 60 }),
    });
    const sizes = fc.array(fc.integer({ min: 2, max: 20 }), { maxLength: 30 });
    fc.assert(
      fc.property(bounds, sizes, (limits, lengths) => {
        const ring = new MessageRing(limits, '0');
        const all = ['0', ...lengths.map((_, index) => `${index + 1}`)];
        for (const [index, length] of lengths.entries()) ring.push(message(index + 1, 'x'.repeat(length)));
        const kept = ring.next - ring.first;
        expect(kept).toBeLessThanOrEqual(limits.messages);
        expect(ring.next).toBe(lengths.length);
        expect(ring.newest).toBe(all.at(-1));
        expect(ring.before).toBe(all[all.length - 1 - kept]);
        expect(from(ring, ring.first)).toEqual(all.slice(all.length - kept));
        expect(ring.at(ring.first - 1)).toBeUndefined();
        expect(ring.at(ring.next)).toBeUndefined();
      }),
    );
  });

  it('holds no more text than it may, but always the newest message', () => {
    const ring = new MessageRing({ messages: 10, length: 100 }, '0');
    for (const seq of [1, 2, 3]) ring.push(message(seq, 'x'.repeat(40)));
    expect(from(ring, ring.first)).toEqual(['2', '3']);
    ring.push(message(4, 'x'.repeat(500)));
    expect(from(ring, ring.first)).toEqual(['4']);
    ring.push(message(5, 'x'.repeat(40)));
    expect(from(ring, ring.first)).toEqual(['5']);
  });

  it('begins where it is told to', () => {
    const ring = new MessageRing({ messages: 10, length: 100 }, '0');
    ring.startAt('41-2');
    expect([ring.before, ring.newest, ring.first, ring.next]).toEqual(['41-2', '41-2', 0, 0]);
  });
});
