import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resolutions, timeseriesMetrics } from '../../../src/contract/analytics.js';
import { insertRows } from '../../../src/store/insert-rows.js';
import type { PendingRow } from '../../../src/store/pending-row.js';
import { foldDeltas } from '../../../src/store/rollups/fold-deltas.js';
import { grains } from '../../../src/store/rollups/grains.js';
import { buildTestApp, type TestApp } from '../../helpers/build-test-app.js';
import { randomFrom, shuffle } from '../../helpers/simulate-orders.js';
import { clearRollups } from './clear-rollups.js';
import { exactAnswers } from './exact-answers.js';
import { type ExpectExact, expectExact } from './expect-exact.js';
import { cutIntoFlushes, flushOf, randomRows } from './random-rows.js';
import { storedUntimed } from './stored-untimed.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.now();
const CASES = 24;

let test: TestApp;
let exact: ExpectExact;
beforeAll(async () => {
  // Without own calls: what is stored is what the test sends.
  test = await buildTestApp({ clock: () => NOW, config: { QUEUE_OWN_CALLS: 0 } });
  exact = await expectExact(test);
});
beforeEach(() => clearRollups(test.db));
afterAll(() => test.close());

const iso = (unixMs: number) => new Date(unixMs).toISOString();
const between = (from: number, to: number) => ({ from: iso(from), to: iso(to) });
const pick = <Value>(random: () => number, list: readonly Value[]): Value =>
  list[Math.floor(random() * list.length)] as Value;

/** Spans of every kind: rolling, ragged, of whole buckets, within one bucket. */
function randomSpans(random: () => number): Record<string, string>[] {
  const time = () => NOW - Math.floor(random() < 0.5 ? random() * 4 * HOUR : random() * 8 * DAY);
  const ragged = () => {
    const [a, b] = [time(), time()];
    return between(Math.min(a, b), Math.max(a, b) + 1);
  };
  const aligned = (length: number) => {
    const [a, b] = [time(), time()].map((ms) => Math.floor(ms / length) * length);
    return between(Math.min(a ?? 0, b ?? 0), Math.max(a ?? 0, b ?? 0) + length);
  };
  const within = Math.floor((NOW - random() * 2 * HOUR) / MINUTE) * MINUTE;
  return [
    { timeframe: pick(random, ['hourly', 'daily']) },
    { timeframe: pick(random, ['weekly', 'monthly']) },
    ragged(),
    ragged(),
    aligned(MINUTE),
    aligned(HOUR),
    aligned(DAY),
    between(within + 1_234, within + 50_001),
  ];
}

async function expectAllExact(random: () => number): Promise<void> {
  const [span, other] = [0, 1].map(() => pick(random, randomSpans(random)));
  for (const query of shuffle(randomSpans(random), random).slice(0, 4)) await exact.platform(query);
  await exact.services(span ?? {});
  await exact.service(pick(random, ['s_0', 's_3', 'mobile', 'nobody']), other ?? {});
  await exact.users(other ?? {});
  for (let asked = 0; asked < 3; asked += 1) {
    const metric = pick(random, timeseriesMetrics);
    const ofActions = ['actions', 'failures', 'success_rate', 'unique_users'].includes(metric);
    const timezone = pick(random, ['UTC', 'Europe/Berlin', 'Asia/Kolkata']);
    const resolution = pick(random, [...resolutions, undefined]);
    const fitting = {
      minute: between(NOW - 5 * HOUR - 777, NOW),
      hour: between(NOW - 7 * DAY - 777, NOW),
      day: { timeframe: 'monthly' },
      any: pick(random, randomSpans(random)),
    }[resolution ?? 'any'];
    const split = random() < 0.5;
    await exact.series({
      ...fitting,
      metric,
      timezone,
      ...(resolution ? { resolution } : {}),
      ...(split && ofActions ? { user_type: pick(random, ['customer', 'admin', 'unknown']) } : {}),
      ...(split && !ofActions ? { service: pick(random, ['s_1', 'mobile']) } : {}),
      ...(split && !ofActions && random() < 0.5 ? { method: 'get' } : {}),
    });
  }
}

/** Sends flushes over several connections at once, and folds now and then beside them. */
async function send(flushes: PendingRow[][], writers: number, random: () => number): Promise<void> {
  const left = [...flushes];
  const writer = async () => {
    for (let flush = left.shift(); flush; flush = left.shift()) {
      await insertRows(test.app.database.pools.writer, flush);
      if (random() < 0.1) await foldDeltas(test.app.database.pools.reader);
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
}

describe('every answer equals the exact computation on the stored rows', () => {
  // Without repeated ids first: after a duplicate, the careful form of the INSERT goes for 10 s.
  it.each(
    Array.from({ length: CASES }, (_, index) => ({ seed: 1_001 + index, repeats: index >= CASES / 3 })),
  )('seed $seed, repeated ids: $repeats', async ({ seed, repeats }) => {
    const random = randomFrom(seed);
    const pool = test.app.database.pools.reader;
    const count = 200 + Math.floor(random() ** 2 * 2_000);
    const rows = randomRows({
      random,
      count,
      now: NOW,
      lateMs: 7 * DAY,
      users: 5 + Math.floor(random() * 300),
    });
    const flushes = cutIntoFlushes(shuffle(rows, random), random);
    if (repeats) {
      const again = flushes
        .filter(() => random() < 0.3)
        .map((flush) => flushOf([...flush, ...pick(random, flushes)].filter(() => random() < 0.7)))
        .filter((flush) => flush.length > 0);
      flushes.push(...again);
      shuffle(flushes, random);
    }
    const writers = 1 + Math.floor(random() * 4);
    const half = Math.floor(flushes.length / 2);

    await send(flushes.slice(0, half), writers, random);
    // Reads beside a fold.
    await Promise.all([expectAllExact(random), foldDeltas(pool), foldDeltas(pool)]);
    await send(flushes.slice(half), writers, random);
    await expectAllExact(random);
    while (await foldDeltas(pool));
    await expectAllExact(random);
    for (const grain of grains) {
      expect(await storedUntimed(test.db, grain)).toEqual(await exactAnswers(test.db).untimed(grain));
    }

    const [stored] = await test.db.query<{ actions: number; calls: number }>(
      'SELECT (SELECT count(*)::int FROM action_logs) AS actions, (SELECT count(*)::int FROM service_metrics) AS calls',
    );
    const kind = (name: string) => rows.filter((row) => row.kind === name).length;
    expect(stored).toEqual({
      actions: kind('action'),
      calls: kind('metric') + rows.filter((row) => row.action?.execution_time !== undefined).length,
    });
  });
});
