import { describe, expect, it } from 'vitest';
import { LastWrites } from '../../src/http/last-writes.js';

describe('the last writes', () => {
  it('give a caller another stamp with each write, and leave others alone', () => {
    const writes = new LastWrites();
    const stamps = [writes.stampOf('a')];
    for (let index = 0; index < 3; index += 1) {
      writes.note('a');
      stamps.push(writes.stampOf('a'));
    }
    expect(new Set(stamps).size).toBe(4);
    expect(writes.stampOf('b')).toBe(0);
  });

  it('never fall back to an earlier stamp, also where more callers write than are remembered', () => {
    const writes = new LastWrites(2);
    writes.note('a');
    const before = writes.stampOf('a');
    for (const caller of ['b', 'c', 'd']) writes.note(caller);
    expect(writes.stampOf('a')).toBeGreaterThanOrEqual(before);
    expect(writes.stampOf('d')).toBeGreaterThan(writes.stampOf('a'));
  });
});
