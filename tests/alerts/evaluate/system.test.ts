import { describe, expect, it } from 'vitest';
import type { World } from '../../../src/alerts/engine/world.js';
import { emptyWorld } from '../minute.js';
import { evaluator, observe } from './observe.js';

const world: World = {
  ...emptyWorld,
  figures: () => [
    { measure: 'event_loop_lag_ms', replica: 'a', value: 700 },
    { measure: 'event_loop_lag_ms', replica: 'b', value: 500 },
    { measure: 'disk_free_percent', replica: null, value: 4 },
  ],
  findings: () => [
    {
      detector: 'burst',
      subject_kind: 'user_id',
      subject: 'u_1',
      score: 0.9,
      reason: '300 actions a minute',
    },
    {
      detector: 'scraping',
      subject_kind: 'ip_address',
      subject: '203.0.113.7',
      score: 0.8,
      reason: 'reads all',
    },
    { detector: 'burst', subject_kind: 'user_id', subject: 'u_2', score: 0.7, reason: '80 actions a minute' },
  ],
};

describe('a figure of the service itself', () => {
  it('is judged for each replica that tells it', async () => {
    const of = evaluator({ kind: 'system', measure: 'event_loop_lag_ms', above: 500 });
    const seen = await observe(of, [], 0, world);
    expect(seen).toMatchObject([
      { group: { replica: 'a' }, breached: true, unit: 'ms' },
      { group: { replica: 'b' }, breached: false },
    ]);
    expect(seen[0]?.summary()).toBe('The event loop lags by 700 ms at replica a; at most 500 ms is expected');
  });

  it('may be too low', async () => {
    const of = evaluator({ kind: 'system', measure: 'disk_free_percent', below: 10 });
    const [seen] = await observe(of, [], 0, world);
    expect(seen).toMatchObject({ group: {}, breached: true, threshold: 10 });
    expect(seen?.summary()).toBe('Free on the disk: 4 %; at least 10 % is expected');
  });

  it('that nobody tells is not judged', async () => {
    expect(await observe(evaluator({ kind: 'system', measure: 'replicas', below: 2 }), [], 0, world)).toEqual(
      [],
    );
  });
});

describe('somebody who behaves unusually', () => {
  it('is told by detector and subject, from a score on', async () => {
    const seen = await observe(evaluator({ kind: 'unusual_user' }), [], 0, world);
    expect(seen.map(({ group }) => group)).toEqual([
      { detector: 'burst', user_id: 'u_1' },
      { detector: 'scraping', ip_address: '203.0.113.7' },
    ]);
    expect(seen[0]?.summary()).toBe('300 actions a minute');
  });

  it('is told for the detectors that are named', async () => {
    const of = evaluator({ kind: 'unusual_user', detectors: ['burst'], min_score: 0.5 });
    expect((await observe(of, [], 0, world)).map(({ group }) => group)).toEqual([
      { detector: 'burst', user_id: 'u_1' },
      { detector: 'burst', user_id: 'u_2' },
    ]);
  });
});
