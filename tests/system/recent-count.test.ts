import { expect, it } from 'vitest';
import { RecentCount } from '../../src/system/recent-count.js';

it('a counter’s rise in the last while counts, and is forgotten after it', () => {
  const recent = new RecentCount(100);
  expect(recent.note(0, 5)).toBe(5);
  expect(recent.note(50, 7)).toBe(7);
  // Five of them are from before the window.
  expect(recent.note(100, 7)).toBe(2);
  expect(recent.note(160, 7)).toBe(0);
  expect(recent.note(170, 10)).toBe(3);
});
