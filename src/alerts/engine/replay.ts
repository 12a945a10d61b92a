import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MinuteFigures } from '../../store/rollups/minute-figures.js';
import { MINUTE, STEP } from '../evaluate/evaluator.js';
import type { GroupState, SeenValue } from './group-state.js';
import type { Observation } from './observation.js';
import { type Rule, RunningRule } from './rule.js';
import { stepRule } from './step-rule.js';
import type { World } from './world.js';

/** Where a replay gets the past from. Times are Unix ms. */
export interface Past {
  /** Minutes of [from, to) that hold anything, oldest first. */
  minutes(from: number, to: number): Promise<readonly MinuteFigures[]> | readonly MinuteFigures[];
  world: World;
}

/** A firing as the engine would have given it. */
export interface Firing {
  rule: Rule;
  key: string;
  group: Observation['group'];
  summary: string;
  value: number | null;
  threshold: number | null;
  unit: string;
  /** Those that fired it. */
  values: readonly SeenValue[];
  started_at: number;
  fired_at: number;
  /** Undefined: it fired still. */
  resolved_at: number | undefined;
}

export interface Replayed {
  firings: Firing[];
  steps: number;
}

/** Minutes read at once. */
const CHUNK = 360 * MINUTE;
/** Steps after which other requests have a turn: 2 ms of usual rules. */
const TURN = 100;

/**
 * Runs rules over the past, through the same steps at the same times as the engine's: what it lists is what the engine would have given, had all rows been in
 * time. Minutes before `from` are looked back at, but nothing fires before. Throws what `signal` aborts with.
 */
export async function replay(
  rules: readonly Rule[],
  past: Past,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<Replayed> {
  const running = rules.map((rule) => new RunningRule(rule));
  const states = running.map(() => new Map<string, GroupState>());
  const open = new Map<string, Firing>();
  const firings: Firing[] = [];
  const step = running.some(({ evaluator }) => evaluator.every === STEP) ? STEP : MINUTE;
  const lookback = Math.max(...running.map(({ evaluator }) => evaluator.lookback), 0);
  const first = Math.ceil(from / step) * step;
  let steps = 0;

  const look = async (at: number) => {
    for (const [index, one] of running.entries()) {
      if (!one.isDue(at)) continue;
      const kept = states[index] ?? new Map<string, GroupState>();
      for (const { key, after, transition, seen } of await stepRule(one, kept, past.world, at)) {
        if (after) kept.set(key, after);
        else kept.delete(key);
        const id = `${index} ${key}`;
        if (transition === 'fired' && seen && after) {
          const firing = firingOf(one.rule, key, seen, after, at);
          open.set(id, firing);
          firings.push(firing);
        }
        if (transition === 'resolved') {
          const firing = open.get(id);
          if (firing) firing.resolved_at = at;
          open.delete(id);
        }
      }
    }
    steps += 1;
    if (steps % TURN === 0) {
      signal?.throwIfAborted();
      await nextTurn();
    }
  };

  const start = Math.floor(first / MINUTE) * MINUTE - lookback * MINUTE;
  for (let chunk = start; chunk < to; chunk += CHUNK) {
    signal?.throwIfAborted();
    const end = Math.min(chunk + CHUNK, to);
    const minutes =
      lookback > 0 ? new Map((await past.minutes(chunk, end)).map((one) => [one.at, one])) : undefined;
    for (let minute = chunk; minute < end; minute += MINUTE) {
      for (let at = Math.max(first, minute); at < Math.min(minute + MINUTE, to); at += step) await look(at);
      if (minutes) feed(running, minutes.get(minute) ?? { at: minute, services: [], activity: [] });
      if (minute < first && minute % CHUNK === 0) await nextTurn();
    }
  }
  return { firings, steps };
}

function feed(running: readonly RunningRule[], minute: MinuteFigures): void {
  for (const { evaluator } of running) evaluator.push?.(minute);
}

const firingOf = (rule: Rule, key: string, seen: Observation, after: GroupState, at: number): Firing => ({
  rule,
  key,
  group: seen.group,
  summary: seen.summary(),
  value: seen.value,
  threshold: seen.threshold,
  unit: seen.unit,
  values: after.values,
  started_at: after.since,
  fired_at: at,
  resolved_at: undefined,
});
