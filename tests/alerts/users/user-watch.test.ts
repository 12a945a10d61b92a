import { describe, expect, it } from 'vitest';
import type { Plant } from '../../../bench/users/plants.js';
import { scoreFindings } from '../../../bench/users/score.js';
import { simulate } from '../../../bench/users/simulate.js';
import type { UserFinding } from '../../../src/alerts/users/raised.js';
import { watchBytes, watchFromBytes } from '../../../src/alerts/users/state-bytes.js';
import { UserWatch } from '../../../src/alerts/users/user-watch.js';
import type { WatchedRow } from '../../../src/alerts/users/watched-row.js';
import { userDetectors } from '../../../src/contract/unusual-user.js';

/** A small town's three days, with two cases of each kind. */
const plants: Plant[] = [];
const rows: WatchedRow[] = [...simulate({ seed: 21, users: 1_500, days: 3, plants: 14 }, plants)];

const watchAll = (watch: UserWatch, some: readonly WatchedRow[]): UserFinding[] =>
  some.flatMap((row) => watch.observe(row));

describe('a watch', () => {
  const watch = new UserWatch();
  const findings = watchAll(watch, rows);

  it('finds most of what was planted, and accuses hardly anybody else', () => {
    const { missed, precision, recall } = scoreFindings(plants, findings);
    expect(missed.map(({ kind, what }) => `${kind}: ${what}`).length).toBeLessThanOrEqual(3);
    expect(recall).toBeGreaterThan(0.75);
    expect(precision).toBeGreaterThan(0.75);
  });

  it('says why in words, with rows that show it', () => {
    const ids = new Set(rows.map(({ id }) => id));
    for (const { detector, reason, evidence, score, since, first_at, at } of findings) {
      expect(userDetectors).toContain(detector);
      expect(reason).toMatch(/\d/);
      expect(evidence.length).toBeGreaterThan(0);
      expect(evidence.length).toBeLessThanOrEqual(20);
      expect(evidence.filter((id) => !ids.has(id))).toEqual([]);
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThanOrEqual(1);
      expect(since).toBeLessThanOrEqual(first_at);
      expect(first_at).toBeLessThanOrEqual(at);
    }
  });

  it.each([0.1, 0.5, 0.77])(
    'goes on elsewhere with the same findings, saved at %d of the rows',
    async (share) => {
      const cut = Math.floor(share * rows.length);
      const first = new UserWatch();
      const before = watchAll(first, rows.slice(0, cut));
      const second = await watchFromBytes(await watchBytes(first));
      expect(second.sizes()).toEqual(first.sizes());
      expect([...before, ...watchAll(second, rows.slice(cut))]).toEqual(findings);
      expect(second.toJSON()).toEqual(watch.toJSON());
    },
  );

  it('of another version is not gone on from', () => {
    expect(() => UserWatch.from([{ version: 0 }])).toThrow(RangeError);
  });
});
