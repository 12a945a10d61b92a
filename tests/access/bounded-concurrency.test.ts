import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedConcurrency } from '../../src/access/bounded-concurrency.js';

describe('BoundedConcurrency', () => {
  it('never runs more than its bound, refuses what does not fit the queue, and does all the rest', async () => {
    const settings = {
      running: fc.integer({ min: 1, max: 4 }),
      waiting: fc.integer({ min: 0, max: 6 }),
      jobs: fc.integer({ min: 0, max: 20 }),
    };
    await fc.assert(
      fc.asyncProperty(fc.record(settings), async ({ running, waiting, jobs }) => {
        const gate = new BoundedConcurrency({ running, waiting });
        let now = 0;
        let most = 0;
        const work = async () => {
          most = Math.max(most, ++now);
          await turn();
          now -= 1;
          return 'done';
        };
        const results = await Promise.allSettled(Array.from({ length: jobs }, () => gate.run(work)));
        const done = results.filter((result) => result.status === 'fulfilled').length;
        expect(most).toBeLessThanOrEqual(running);
        expect(done).toBe(Math.min(jobs, running + waiting));
      }),
      { numRuns: 50 },
    );
  });

  it('gives its place on when work fails', async () => {
    const gate = new BoundedConcurrency({ running: 1, waiting: 1 });
    const results = await Promise.allSettled([
      gate.run(() => Promise.reject(new Error('no'))),
      gate.run(() => Promise.resolve('yes')),
    ]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled']);
    await expect(gate.run(() => Promise.resolve('again'))).resolves.toBe('again');
  });

  it('answers whom it refuses with 429 and a time to come back', async () => {
    const gate = new BoundedConcurrency({ running: 1, waiting: 0 });
    const first = gate.run(() => turn());
    await expect(gate.run(() => turn())).rejects.toMatchObject({
      status: 429,
      extras: { headers: { 'retry-after': '1' } },
    });
    await first;
  });
});
