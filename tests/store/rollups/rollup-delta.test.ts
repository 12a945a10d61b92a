import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PendingRow } from '../../../src/store/pending-row.js';
import { readDelta, writeDelta } from '../../../src/store/rollups/delta-json.js';
import { RollupDelta } from '../../../src/store/rollups/rollup-delta.js';
import { randomFrom, shuffle } from '../../helpers/simulate-orders.js';
import { canonical } from './canonical-delta.js';
import { actionRow, cutIntoFlushes, metricRow, randomRows } from './random-rows.js';

const NOW = Date.UTC(2026, 10, 24, 12, 34, 56, 789);
const MINUTE = 60_000;

const rowsOf = (seed: number, count: number): PendingRow[] =>
  randomRows({ random: randomFrom(seed), count, now: NOW, lateMs: 7 * 86_400_000 });

/** Merges deltas two by two, as a tree of random shape. */
function mergeAsTree(deltas: RollupDelta[], random: () => number): RollupDelta {
  const left = [...deltas];
  while (left.length > 1) {
    const [a, b] = [0, 1].map(() => left.splice(Math.floor(random() * left.length), 1)[0]);
    const sum = new RollupDelta();
    if (a) sum.merge(a);
    if (b) sum.merge(b);
    left.push(sum);
  }
  return left[0] ?? new RollupDelta();
}

describe('what rows add', () => {
  it('does not depend on how they were cut, in which order they came, nor how deltas were merged', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 200 }), (seed, count) => {
        const random = randomFrom(seed);
        const rows = rowsOf(seed, count);
        const whole = canonical(RollupDelta.of(rows));
        const flushes = cutIntoFlushes(shuffle([...rows], random), random, 40);
        const deltas = flushes.map((flush) => RollupDelta.of(flush));
        expect(canonical(mergeAsTree(deltas, random))).toEqual(whole);
        const stored = flushes.map((flush) => readDelta(JSON.parse(writeDelta(RollupDelta.of(flush)))));
        expect(canonical(mergeAsTree(stored, random))).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('comes back the same from JSON', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 100 }), (seed, count) => {
        const delta = RollupDelta.of(rowsOf(seed, count));
        expect(writeDelta(readDelta(JSON.parse(writeDelta(delta))))).toBe(writeDelta(delta));
      }),
      { numRuns: 60 },
    );
  });

  it('leaves the deltas that are merged as they were', () => {
    const [a, b] = [RollupDelta.of(rowsOf(1, 50)), RollupDelta.of(rowsOf(1, 50))];
    const before = [writeDelta(a), writeDelta(b)];
    const sum = new RollupDelta();
    for (const delta of [a, b, a]) sum.merge(delta);
    expect([writeDelta(a), writeDelta(b)]).toEqual(before);
  });

  it('stands under the minute of the id', () => {
    const start = Math.floor(NOW / MINUTE) * MINUTE;
    const at = (msecs: number) => [...RollupDelta.of([metricRow({ msecs })]).minutes.keys()];
    expect([at(start - 1), at(start), at(start + MINUTE - 1)]).toEqual([
      [start / MINUTE - 1],
      [start / MINUTE],
      [start / MINUTE],
    ]);
  });

  it('has a call for each metric and for each action that says how long it took, and no other', () => {
    const delta = RollupDelta.of([
      metricRow({ msecs: NOW, execution_time: 5, success: false }),
      actionRow({ msecs: NOW, execution_time: 0 }),
      actionRow({ msecs: NOW }),
    ]);
    const bucket = delta.minutes.get(Math.floor(NOW / MINUTE));
    const stats = bucket?.services.get('s')?.get('m');
    expect(stats).toMatchObject({ calls: 2, failures: 1, sum: 5, min: 0, max: 5 });
    expect(bucket?.activity.get('unknown')?.get('a')).toEqual({ actions: 2, failures: 0 });
  });

  it('has an action without a time beside the calls, and none whose call is known from elsewhere', () => {
    const known = actionRow({ msecs: NOW, execution_time: 7, success: false });
    const rows = [
      metricRow({ msecs: NOW, success: false }),
      actionRow({ msecs: NOW, execution_time: 0, success: false }),
      actionRow({ msecs: NOW }),
      actionRow({ msecs: NOW, success: false }),
      known,
    ];
    const bucket = RollupDelta.of(rows, new Set([known.id])).minutes.get(Math.floor(NOW / MINUTE));
    expect(bucket?.untimed.get('s')?.get('m')).toEqual({ untimed: 2, untimed_failures: 1 });
    expect(bucket?.services.get('s')?.get('m')).toMatchObject({ calls: 2, failures: 2 });
    expect(bucket?.activity.get('unknown')?.get('a')).toEqual({ actions: 4, failures: 3 });
  });

  it('is read from what the version before wrote, which told of no actions without a time', () => {
    const delta = RollupDelta.of([actionRow({ msecs: NOW }), metricRow({ msecs: NOW })]);
    const json = JSON.parse(writeDelta(delta));
    for (const minute of json.minutes) delete minute.untimed;
    const [bucket] = readDelta(json).minutes.values();
    expect(bucket?.untimed.size).toBe(0);
    expect(bucket?.services.get('s')?.get('m')?.calls).toBe(1);
    expect(bucket?.methods.get('s')?.get('m')).toBe(1);
  });

  it('has an error for each failed action, a message or not, and none for one that succeeded', () => {
    const rows = [
      actionRow({ msecs: NOW, success: false, error_message: 'Order o_1 is gone' }),
      actionRow({ msecs: NOW + 1, success: false, error_message: 'Order o_2 is gone' }),
      actionRow({ msecs: NOW, success: false }),
      actionRow({ msecs: NOW, success: true, error_message: 'a warning' }),
      metricRow({ msecs: NOW, success: false }),
    ];
    const bucket = RollupDelta.of(rows).minutes.get(Math.floor(NOW / MINUTE));
    expect([...(bucket?.errors.values() ?? [])]).toEqual([
      expect.objectContaining({ message: 'Order <id> is gone', failures: 2, last_id: rows[1]?.id }),
      expect.objectContaining({ message: '(no message)', failures: 1, last_id: rows[2]?.id }),
    ]);
  });

  it('stays numbers when calls say that they took for ever', () => {
    const delta = RollupDelta.of(
      [1, 2, 3].map((n) => metricRow({ msecs: NOW + n, execution_time: 1.7e308 })),
    );
    const [service] = JSON.parse(writeDelta(delta)).minutes[0].services;
    for (const figure of service.slice(2, 7)) expect(Number.isFinite(figure)).toBe(true);
  });
});
