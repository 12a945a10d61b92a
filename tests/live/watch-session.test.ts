import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchSession } from '../../src/live/watch-session.js';

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const DAY = 86_400_000;

const watch = (expires_at: number, recheck: () => Promise<boolean> = async () => true) => {
  const end = vi.fn();
  const caller = { kind: 'person', user_id: 'a', role: 'admin', issuer: 'platform', expires_at } as const;
  return { end, stop: watchSession({ caller, clock: Date.now, recheck, end }) };
};

describe('a watched session', () => {
  it('ends when its token does', async () => {
    const { end } = watch(900_000);
    await vi.advanceTimersByTimeAsync(899_999);
    expect(end).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(end).toHaveBeenCalledOnce();
  });

  it('of a token that is good for months does not end at once', async () => {
    // Without the looks, of which there is one a second.
    vi.useRealTimers();
    vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const { end } = watch(60 * DAY);
    await vi.advanceTimersByTimeAsync(60 * DAY - 1);
    expect(end).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(end).toHaveBeenCalledOnce();
  });

  it('ends within a second of the account being known to be cut off', async () => {
    let valid = true;
    const { end } = watch(900_000, async () => valid);
    await vi.advanceTimersByTimeAsync(60_000);
    valid = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(end).toHaveBeenCalledOnce();
  });

  it('outlives a database that is away', async () => {
    const { end, stop } = watch(900_000, () => Promise.reject(new Error('no database')));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(end).not.toHaveBeenCalled();
    stop();
  });

  it('ends once, and not after it was stopped while a look was under way', async () => {
    let answer: (valid: boolean) => void = () => undefined;
    const { end, stop } = watch(900_000, () => new Promise<boolean>((resolve) => (answer = resolve)));
    await vi.advanceTimersByTimeAsync(1_000);
    stop();
    answer(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(end).not.toHaveBeenCalled();
  });
});
