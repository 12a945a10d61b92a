import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveMessage } from '../../src/live/live-message.js';
import { MessageRing } from '../../src/live/message-ring.js';

const message = (id: string, json = '{}') => new LiveMessage({ kind: 'action', id, json });

/** What a client that stands at this sequence number would be sent. */
const from = (ring: MessageRing, sequence: number) =>
  Array.from({ length: ring.next - sequence }, (_, index) => ring.at(sequence + index)?.cursor);

describe('the ring of recent messages', () => {
  it('gives after each cursor exactly what followed, or says that it cannot', () => {
    const bounds = fc.record({
      messages: fc.integer({ min: 1, max: 8 }),
      length: fc.integer({ min: 1, max: 60 }),
    });
    const sizes = fc.array(fc.integer({ min: 2, max: 20 }), { maxLength: 30 });
    fc.assert(
      fc.property(bounds, sizes, (limits, lengths) => {
        const ring = new MessageRing(limits, 'start');
        const all = ['start', ...lengths.map((_, index) => `m${index}`)];
        lengths.forEach((length, index) => {
          ring.push(message(`m${index}`, 'x'.repeat(length)));
        });
        const kept = ring.next - ring.first;
        expect(kept).toBeLessThanOrEqual(limits.messages);
        expect(ring.newest).toBe(all.at(-1));
        // The last cursor that is no longer kept: what is missing ends there.
        expect(ring.before).toBe(all[all.length - 1 - kept]);
        all.forEach((cursor, index) => {
          const sequence = ring.following(cursor);
          if (index < all.length - 1 - kept) expect(sequence).toBeUndefined();
          else expect(from(ring, sequence ?? -1)).toEqual(all.slice(index + 1));
        });
      }),
    );
  });

  it('holds no more text than it may, but always the newest message', () => {
    const ring = new MessageRing({ messages: 10, length: 100 }, 'start');
    for (const id of ['a', 'b', 'c']) ring.push(message(id, 'x'.repeat(40)));
    expect(from(ring, ring.first)).toEqual(['b', 'c']);
    ring.push(message('large', 'x'.repeat(500)));
    expect(from(ring, ring.first)).toEqual(['large']);
    ring.push(message('d', 'x'.repeat(40)));
    expect(from(ring, ring.first)).toEqual(['d']);
  });

  it('goes by order of commit, not of id', () => {
    const ring = new MessageRing({ messages: 10, length: 1_000 }, 'start');
    for (const id of ['9', '1', '5']) ring.push(message(id));
    expect(from(ring, ring.following('9') ?? -1)).toEqual(['1', '5']);
  });

  it('gives an action and an event of one id both again, rather than leave one out', () => {
    const ring = new MessageRing({ messages: 10, length: 1_000 }, 'start');
    for (const id of ['a', 'same', 'same', 'b']) ring.push(message(id));
    expect(from(ring, ring.following('same') ?? -1)).toEqual(['same', 'b']);
  });

  it('knows no cursor of another feed', () => {
    const ring = new MessageRing({ messages: 10, length: 1_000 }, 'start');
    expect(ring.following('elsewhere')).toBeUndefined();
  });
});
