import { validate, version } from 'uuid';
import { describe, expect, it } from 'vitest';
import { newUuidV7 } from '../../src/store/new-uuid-v7.js';
import { lowestUuidAt, timeOfUuidV7 } from '../../src/store/uuid-v7.js';

describe('a new UUIDv7', () => {
  it('is one by the book, and carries its time', () => {
    for (const time of [0, 1, Date.UTC(2026, 10, 24, 1, 2, 3, 456), 2 ** 48 - 1]) {
      const id = newUuidV7(time);
      expect([validate(id), version(id), timeOfUuidV7(id)]).toEqual([true, 7, time]);
      expect(id >= lowestUuidAt(time)).toBe(true);
    }
  });

  it('is unique, and ascends within its millisecond', () => {
    const ids = Array.from({ length: 50_000 }, () => newUuidV7(1_790_000_000_000));
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
  });

  it('starts anew at random in the next millisecond', () => {
    const starts = new Set(
      Array.from({ length: 1_000 }, (_, ms) => newUuidV7(1_790_000_000_001 + ms).slice(14)),
    );
    expect(starts.size).toBe(1_000);
  });
});
