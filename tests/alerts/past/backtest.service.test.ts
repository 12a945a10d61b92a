import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupKey } from '../../../src/alerts/engine/group.js';
import type { Rule } from '../../../src/alerts/engine/rule.js';
import { runBacktest } from '../../../src/alerts/rules/run-backtest.js';
import type { PendingRow } from '../../../src/store/pending-row.js';
import { foldDeltas } from '../../../src/store/rollups/fold-deltas.js';
import { readMinutes } from '../../../src/store/rollups/read-minutes.js';
import { RollupMemory } from '../../../src/store/rollups/rollup-memory.js';
import { orderEventOf } from '../../helpers/order-event.js';
import { randomFrom } from '../../helpers/simulate-orders.js';
import { actionRow } from '../../store/rollups/random-rows.js';
import { type OpenEngines, openEngines } from '../open-engines.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Hours that are lived through, step by step: REPLAY_HOURS=168 is a week, and takes a quarter of an hour. */
const HOURS = Number(process.env.REPLAY_HOURS ?? 2);

let open: OpenEngines;
beforeAll(async () => {
  open = await openEngines(Math.floor(Date.now() / 3_600_000 - HOURS - 1) * 3_600_000);
});
afterAll(() => open.close());

const rules = [
  {
    name: 'failing',
    condition: { kind: 'error_rate', group_by: 'service', above: 25, min_samples: 10, window_minutes: 2 },
    for_seconds: 60,
    resolve_after_seconds: 120,
  },
  {
    name: 'failing methods',
    condition: { kind: 'error_rate', group_by: 'method', above: 40, min_samples: 5 },
  },
  {
    name: 'slow',
    condition: {
      kind: 'latency',
      group_by: 'service',
      statistic: 'p95',
      above: 900,
      min_samples: 5,
      window_minutes: 3,
    },
    cooldown_seconds: 600,
  },
  { name: 'silent', condition: { kind: 'volume', group_by: 'service', absent: true, window_minutes: 3 } },
  {
    name: 'busy',
    condition: { kind: 'volume', of: 'actions', user_type: 'customer', above: 60, window_minutes: 1 },
  },
  { name: 'unusual', condition: { kind: 'unusual_metric', metric: 'calls', min_score: 0.3, min_samples: 1 } },
  { name: 'not accepted', condition: { kind: 'stuck_order', minutes: 7.5 } },
  {
    name: 'restaurant does not accept',
    condition: { kind: 'stuck_order', minutes: 5, group_by: 'restaurant', min_orders: 2 },
    for_seconds: 30,
  },
  {
    name: 'not delivered',
    condition: { kind: 'stuck_order', after: 'accepted', without: 'delivered', minutes: 20 },
  },
];

/** What a platform does in a minute: calls of three services, of which one is ill now and then, and orders that wait 0 to 12 minutes. */
function minuteOf(minute: number, random: () => number): { msecs: number; row: PendingRow }[] {
  const phase = Math.floor(minute / (20 * MINUTE)) % 5;
  const rows: { msecs: number; row: PendingRow }[] = [];
  for (const service_name of ['menu', 'pay', 'track']) {
    const ill = service_name === 'pay' ? phase : 0;
    const count = ill === 3 ? 0 : Math.floor((ill === 4 ? 40 : 10) * (0.8 + 0.4 * random()));
    for (let call = 0; call < count; call += 1) {
      const msecs = minute + Math.floor(random() * MINUTE);
      const success = random() >= (ill === 1 ? 0.5 : 0.03);
      rows.push({
        msecs,
        row: actionRow({
          msecs,
          service_name,
          method_name: random() < 0.5 ? 'get' : 'put',
          user_type: 'customer',
          success,
          error_message: success ? undefined : 'it failed',
          execution_time: random() < 0.1 ? undefined : (ill === 2 ? 700 : 90) * (0.5 + random()),
        }),
      });
    }
  }
  if (random() < 0.5) {
    const order_id = `o_${minute}`;
    let msecs = minute + Math.floor(random() * MINUTE);
    for (const event_type of ['order_placed', 'order_accepted', 'order_delivered']) {
      rows.push({
        msecs,
        row: eventRow(msecs, event_type, order_id, `r_${Math.floor(random() * 3)}`, random),
      });
      msecs += Math.floor((event_type === 'order_placed' ? 12 : 30) * random() * MINUTE);
    }
  }
  return rows;
}

function eventRow(
  msecs: number,
  event_type: string,
  order_id: string,
  restaurant_id: string,
  random: () => number,
): PendingRow {
  const hex = msecs.toString(16).padStart(12, '0');
  const tail = Math.floor(random() * 2 ** 47)
    .toString(16)
    .padStart(12, '0');
  const id = `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8def-${tail}`;
  const event = { id, event_type, entity_type: 'order', entity_id: order_id, event_data: { restaurant_id } };
  const timestamp = new Date(msecs).toISOString();
  const json = JSON.stringify({
    ...event,
    order_id,
    triggered_by: 's',
    timestamp,
    received_at: timestamp,
    identity: 'service',
  });
  return { kind: 'event', id, json, order: orderEventOf(event) };
}

describe('a backtest', () => {
  it(
    'lists exactly what the engine gave while it lived through the same time',
    async () => {
      const random = randomFrom(5);
      const from = open.now;
      const to = from + HOURS * 60 * MINUTE;
      const stored: Rule[] = [];
      for (const rule of rules) stored.push(await open.rule(rule));
      const replicas = [open.replica(), open.replica()];
      const { pools } = replicas[0]?.database ?? expect.fail();
      let waiting: { msecs: number; row: PendingRow }[] = [];
      for (let at = from; at < to; at += 5 * SECOND) {
        if (at % MINUTE === 0) waiting.push(...minuteOf(at, random));
        const due = waiting.filter(({ msecs }) => msecs <= at);
        waiting = waiting.filter(({ msecs }) => msecs > at);
        if (due.length > 0) await open.insert(due.map(({ row }) => row));
        if (at % (10 * MINUTE) === 0) while (await foldDeltas(pools.reader));
        open.goTo(at);
        // Two replicas take turns, one of them more often.
        await replicas[random() < 0.7 ? 0 : 1]?.engine.step();
      }
      const lived = (await open.alerts()).map(({ rule_id, group, started_at, fired_at, resolved_at }) => ({
        rule_id,
        group: groupKey(group),
        started_at: started_at.toISOString(),
        fired_at: fired_at.toISOString(),
        resolved_at: resolved_at?.toISOString() ?? null,
      }));
      const memory = new RollupMemory();
      const { firings, total } = await runBacktest(
        pools.reader,
        {
          minutes: (start, end) => readMinutes(pools.reader, memory, start, end),
          findingsDuring: async () => [],
          figuresDuring: async () => [],
        },
        { rules: stored, from, to, minutesSince: 0 },
        AbortSignal.timeout(600_000),
      );
      const replayed = firings.map(({ rule_id, group, started_at, fired_at, resolved_at }) => ({
        rule_id,
        group: groupKey(group),
        started_at,
        fired_at,
        resolved_at,
      }));
      const sorted = (list: object[]) => list.map((one) => JSON.stringify(one)).sort();
      expect(sorted(replayed)).toEqual(sorted(lived).slice(0, 1_000));
      expect(open.errors).toEqual([]);
      expect(total).toBeGreaterThan(HOURS * 10);
      // Each rule took part, but for the one that has to learn for a day first.
      const kinds = new Set(lived.map(({ rule_id }) => stored.find(({ id }) => id === rule_id)?.name));
      expect(kinds.size).toBeGreaterThanOrEqual(rules.length - 1);
      console.log(`${HOURS} h, ${total} firings of ${kinds.size} rules: the same live and replayed`);
    },
    HOURS * 60_000 + 60_000,
  );
});
