import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forgetMinutes } from '../../../src/store/rollups/forget-minutes.js';
import { bucketOf, HOUR, MINUTE, MINUTES_KEPT } from '../../../src/store/rollups/grains.js';
import { LatencySketch } from '../../../src/store/rollups/latency-sketch.js';
import type { MinuteFigures } from '../../../src/store/rollups/minute-figures.js';
import { readMinutes } from '../../../src/store/rollups/read-minutes.js';
import { RollupMemory } from '../../../src/store/rollups/rollup-memory.js';
import { randomFrom, shuffle } from '../../helpers/simulate-orders.js';
import { clearRollups } from './clear-rollups.js';
import { exactMinutes } from './exact-minutes.js';
import { type OpenRollups, openRollups } from './open-rollups.js';
import { actionRow, cutIntoFlushes, metricRow, randomRows } from './random-rows.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let rollups: OpenRollups;
let end: number;
beforeAll(async () => {
  rollups = await openRollups();
  end = bucketOf(MINUTE, rollups.now) + MINUTE_MS;
});
beforeEach(() => clearRollups(rollups.db));
afterAll(() => rollups.close());

/** Names in order, sums without the digits that depend on the order of adding, sketches as bytes. */
const plain = (minutes: readonly MinuteFigures[]) =>
  minutes.map(({ at, services, activity }) => ({
    at,
    services: services
      .map(({ sketch, time_sum, ...row }) => ({
        ...row,
        time_sum: time_sum.toPrecision(10),
        sketch: sketch.toBytes().toString('hex'),
      }))
      .sort(byText),
    activity: [...activity].sort(byText),
  }));
const textOf = (row: object) => Object.values(row).slice(0, 2).join(' ');
const byText = (a: object, b: object) => (textOf(a) < textOf(b) ? -1 : 1);

const read = (memory: RollupMemory, from: number, to: number) =>
  readMinutes(rollups.pools.reader, memory, from, to);
async function expectExact(memory: RollupMemory, from: number, to: number): Promise<void> {
  const [minutes, exact] = await Promise.all([read(memory, from, to), exactMinutes(rollups.db, from, to)]);
  expect(plain(minutes)).toEqual(plain(exact));
}

describe('minutes', () => {
  it.each([1, 2, 3, 4, 5, 6])('are what the rows say, before and after folds (seed %i)', async (seed) => {
    const random = randomFrom(seed);
    const rows = randomRows({ random, count: 900, now: rollups.now, lateMs: 3 * DAY_MS, users: 20 });
    const flushes = cutIntoFlushes(shuffle(rows, random), random, 60);
    const memory = new RollupMemory();
    const spans = () => {
      const from = end - Math.ceil(random() * 72 * 60) * MINUTE_MS;
      return [
        [end - HOUR_MS, end],
        [from, Math.min(end, from + Math.ceil(random() * 300) * MINUTE_MS)],
        [end - 3 * DAY_MS, end],
      ] as const;
    };
    for (const [index, flush] of flushes.entries()) {
      await rollups.insert(flush);
      if (random() < 0.2) await rollups.fold();
      if (index % 8 === 0) for (const [from, to] of spans()) await expectExact(memory, from, to);
    }
    for (const [from, to] of spans()) await expectExact(memory, from, to);
    await rollups.foldAll();
    for (const [from, to] of spans()) await expectExact(memory, from, to);
    expect((await read(memory, end - 3 * DAY_MS, end)).length).toBeGreaterThan(100);
  });

  it('are the same while folds come in between', async () => {
    const random = randomFrom(21);
    const rows = randomRows({ random, count: 600, now: rollups.now, lateMs: HOUR_MS });
    const memory = new RollupMemory();
    for (const flush of cutIntoFlushes(rows, random, 20)) {
      await rollups.insert(flush);
      const before = plain(await read(memory, end - HOUR_MS, end));
      const [, ...seen] = await Promise.all([
        rollups.fold(),
        ...[memory, new RollupMemory(), memory].map((held) => read(held, end - HOUR_MS, end)),
      ]);
      for (const during of seen) expect(plain(during)).toEqual(before);
    }
  });

  it('are those that begin within the span, its end not among them', async () => {
    const start = end - 10 * MINUTE_MS;
    for (const minute of [-1, 0, 1, 2, 3])
      await rollups.insert([metricRow({ msecs: start + minute * MINUTE_MS + 59_999 })]);
    for (const folded of [false, true]) {
      if (folded) await rollups.foldAll();
      const minutes = await read(new RollupMemory(), start, start + 3 * MINUTE_MS);
      expect(minutes.map(({ at }) => at)).toEqual([start, start + MINUTE_MS, start + 2 * MINUTE_MS]);
      expect(await read(new RollupMemory(), start - DAY_MS, start - HOUR_MS)).toEqual([]);
    }
  });

  it('belong to who asked: what is done to them is not in the next answer', async () => {
    await rollups.insert([actionRow({ msecs: rollups.now, execution_time: 5 })]);
    await rollups.foldAll();
    await rollups.insert([actionRow({ msecs: rollups.now, execution_time: 9 })]);
    const memory = new RollupMemory();
    for (const _ of [1, 2]) {
      const [minute] = await read(memory, end - HOUR_MS, end);
      const [method] = minute?.services ?? [];
      expect([method?.calls, method?.sketch.count, minute?.activity]).toEqual([
        2,
        2,
        [expect.objectContaining({ actions: 2 })],
      ]);
      method?.sketch.merge(LatencySketch.fromJSON([100]));
      for (const row of minute?.activity ?? []) row.actions = 99;
    }
  });

  it('that are over are read once', async () => {
    for (const minutes of [3, 2, 1])
      await rollups.insert([actionRow({ msecs: end - minutes * MINUTE_MS, execution_time: 5 })]);
    await rollups.foldAll();
    const memory = new RollupMemory();
    const first = plain(await read(memory, end - HOUR_MS, end));
    // Behind the service's back, and so without a new version: who read it again would see it.
    await rollups.db.query('UPDATE service_rollups SET calls = 77');
    await rollups.db.query('UPDATE activity_rollups SET actions = 77');
    expect(plain(await read(memory, end - HOUR_MS, end))).toEqual(first);
    await rollups.insert([actionRow({ msecs: end - 2 * MINUTE_MS, execution_time: 5 })]);
    await rollups.foldAll();
    const calls = (await read(memory, end - HOUR_MS, end)).map(({ services }) => services[0]?.calls);
    expect(calls).toEqual([1, 78, 1]);
  });

  it('that are forgotten are not there, not even with a late row that waits', async () => {
    const old = rollups.now - 5 * DAY_MS;
    await rollups.insert([actionRow({ msecs: old }), actionRow({ msecs: rollups.now })]);
    await rollups.foldAll();
    const later = old + MINUTES_KEPT + 2 * HOUR_MS;
    await forgetMinutes(rollups.pools.reader, later);
    const since = bucketOf(HOUR, later - MINUTES_KEPT);
    await rollups.insert([actionRow({ msecs: since - 1 }), actionRow({ msecs: since })]);
    for (const folded of [false, true]) {
      if (folded) await rollups.foldAll();
      const minutes = await read(new RollupMemory(), old - DAY_MS, end);
      expect(minutes.map(({ at }) => at)).toEqual([since, end - MINUTE_MS]);
    }
  });
});

describe('an action without a time', () => {
  it('is in the minutes of its service, failed or not, where there are no calls at all', async () => {
    await rollups.insert([
      actionRow({ msecs: rollups.now, service_name: 'mobile' }),
      actionRow({ msecs: rollups.now, service_name: 'mobile', success: false }),
    ]);
    for (const folded of [false, true]) {
      if (folded) await rollups.foldAll();
      const [minute] = await read(new RollupMemory(), end - HOUR_MS, end);
      expect(minute?.services).toMatchObject([
        { service_name: 'mobile', method_name: 'm', calls: 0, failures: 0, untimed: 2, untimed_failures: 1 },
      ]);
      expect(minute?.services[0]).toMatchObject({ time_sum: 0, sketch: { count: 0 } });
      const { service_metrics, user_activity } = await rollups.answer({ timeframe: 'daily' });
      expect([service_metrics, user_activity.failures]).toEqual([[], 1]);
    }
  });

  it('takes calls of its bucket in when they come later', async () => {
    await rollups.insert([actionRow({ msecs: rollups.now, success: false })]);
    await rollups.foldAll();
    await rollups.insert([metricRow({ msecs: rollups.now, execution_time: 12.5 })]);
    for (const folded of [false, true]) {
      if (folded) await rollups.foldAll();
      await expectExact(new RollupMemory(), end - HOUR_MS, end);
      const { service_metrics } = await rollups.answer({ timeframe: 'daily' });
      expect(service_metrics).toMatchObject([
        { call_count: 1, failures: 0, min: 12.5, max: 12.5, p50: 12.5, avg_response_time: 12.5 },
      ]);
    }
  });

  it('is none that has a time whose call was stored before, as a metric under the same id', async () => {
    const metric = metricRow({ msecs: rollups.now, execution_time: 3 });
    await rollups.insert([metric]);
    await rollups.insert([
      actionRow({ id: metric.id, msecs: rollups.now, execution_time: 3, success: false }),
    ]);
    for (const folded of [false, true]) {
      if (folded) await rollups.foldAll();
      const [minute] = await read(new RollupMemory(), end - HOUR_MS, end);
      expect(minute?.services).toMatchObject([{ calls: 1, untimed: 0, untimed_failures: 0 }]);
      await expectExact(new RollupMemory(), end - HOUR_MS, end);
    }
  });
});
