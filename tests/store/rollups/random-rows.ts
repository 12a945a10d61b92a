import { v7 as uuidV7 } from 'uuid';
import type { CountedAction, PendingRow } from '../../../src/store/pending-row.js';

export interface RandomRowsOptions {
  random: () => number;
  count: number;
  /** Unix ms: the newest a row may be; most are within the last hours, some up to `lateMs` late. */
  now: number;
  lateMs: number;
  users?: number;
  /** Begins the names of services and people, so that two sets do not mix. */
  prefix?: string;
}

const userTypes = ['customer', 'restaurant', 'delivery', 'admin', undefined] as const;
const messages = [
  (n: number) => `Order o_${n} not found after ${n % 7} tries`,
  (n: number) => `card declined (code ${n})`,
  () => 'Sipariş bulunamadı: 😀',
  (n: number) => `${'x'.repeat(195 + (n % 5))}${n % 2 === 0 ? '😀' : '🀄'}${'y'.repeat(40)}`,
  () => "it's closed",
  () => undefined,
];

const choose = <Value>(random: () => number, list: readonly Value[]): Value =>
  list[Math.floor(random() * list.length)] as Value;

/** Log-normal about 40 ms with a slow tail; some are 0, some whole. */
function randomTime(random: () => number): number {
  const kind = random();
  if (kind < 0.02) return 0;
  if (kind < 0.2) return Math.floor(random() * 300);
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return 40 * Math.exp(0.7 * normal) * (random() < 0.05 ? 40 : 1);
}

/** Rows as apps and services send them: actions with and without a time, services without any call, failures with messages, and timed calls alone. */
export function randomRows(options: RandomRowsOptions): PendingRow[] {
  const { random, count, now, lateMs, users = 60, prefix = '' } = options;
  return Array.from({ length: count }, (_, index) => {
    const age = random() < 0.7 ? random() * 3 * 3_600_000 : random() * lateMs;
    const msecs = Math.floor(now - Math.min(age, lateMs));
    const service_name = `${prefix}s_${Math.floor(random() ** 2 * 5)}`;
    const method_name = choose(random, ['get', 'put', 'list']);
    const success = random() < 0.85;
    // One client sends no times, and has services that nobody else calls.
    const timeless = random() < 0.15;
    if (!timeless && random() < 0.3)
      return metricRow({ msecs, service_name, method_name, execution_time: randomTime(random), success });
    return actionRow({
      msecs,
      user_id: random() < 0.1 ? 'anonymous' : `${prefix}u_${Math.floor(random() ** 2 * users)}`,
      user_type: choose(random, userTypes),
      action_type: choose(random, ['view_menu', 'place_order', 'pay', 'track']),
      service_name: timeless && random() < 0.7 ? `${prefix}mobile` : service_name,
      method_name,
      success,
      // Some succeed and say something all the same: that is no failure.
      error_message: success && random() < 0.9 ? undefined : choose(random, messages)(index),
      execution_time: !timeless && random() < 0.6 ? randomTime(random) : undefined,
    });
  });
}

export interface MetricFields {
  id?: string;
  msecs: number;
  service_name?: string;
  method_name?: string;
  execution_time?: number;
  success?: boolean;
}

/** A timed call as the ingest routes prepare it. */
export function metricRow({ msecs, id = uuidV7({ msecs }), ...fields }: MetricFields): PendingRow {
  const call = { service_name: 's', method_name: 'm', execution_time: 1, success: true, ...fields };
  return { kind: 'metric', id, json: JSON.stringify({ id, ...call, timestamp: timeText(msecs) }), call };
}

export interface ActionFields extends Partial<CountedAction> {
  id?: string;
  msecs: number;
}

/** An action as the ingest routes prepare it. */
export function actionRow({ msecs, id = uuidV7({ msecs }), ...fields }: ActionFields): PendingRow {
  const action: CountedAction = {
    user_id: 'u',
    user_type: undefined,
    action_type: 'a',
    service_name: 's',
    method_name: 'm',
    success: true,
    error_message: undefined,
    execution_time: undefined,
    ...fields,
  };
  const timestamp = timeText(msecs);
  const json = JSON.stringify({ id, ...action, timestamp, received_at: timestamp, identity: 'anonymous' });
  return { kind: 'action', id, json, action };
}

const timeText = (unixMs: number): string => new Date(unixMs).toISOString();

/** A flush as the commit queue makes it: unique by kind and id, in order of id. */
export function flushOf(rows: readonly PendingRow[]): PendingRow[] {
  const unique = new Map(rows.map((row) => [`${row.kind} ${row.id}`, row]));
  return [...unique.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** Rows cut into flushes of random sizes. */
export function cutIntoFlushes(
  rows: readonly PendingRow[],
  random: () => number,
  most = 120,
): PendingRow[][] {
  const flushes: PendingRow[][] = [];
  for (let at = 0; at < rows.length; ) {
    const size = 1 + Math.floor(random() ** 2 * most);
    flushes.push(flushOf(rows.slice(at, at + size)));
    at += size;
  }
  return flushes;
}
