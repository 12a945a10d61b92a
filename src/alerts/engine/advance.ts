import { FLAP_MEMORY, type GroupState, type SeenValue } from './group-state.js';
import type { Observation } from './observation.js';

/** What of a rule decides when its groups fire and resolve; seconds. */
export interface Timing {
  for_seconds: number;
  resolve_after_seconds: number;
  cooldown_seconds: number;
}

export interface Advanced {
  /** Undefined: nothing is worth keeping. */
  state: GroupState | undefined;
  transition: 'fired' | 'resolved' | undefined;
}

/** Values kept of what fired: 20 minutes of a rule that looks once a minute. */
const VALUES = 20;
const VALUE_EVERY = 55_000;
/** Firings within {@link FLAP_MEMORY} from which on a group flaps: it is then resolved four times as late, and after ten minutes at least. */
const FLAPS = 3;
const FLAP_FACTOR = 4;
const LEAST_FLAP_SECONDS = 600;

/**
 * One look at one group: where it stood, what is seen, where it stands now. Pure, so that the past can be replayed through it.
 *
 *     ok ──(holds)──▶ pending ──(for `for_seconds`)──▶ firing ──(not for `resolve_after_seconds`)──▶ ok
 *      ▲                 │                               ▲  │
 *      └──(holds not)────┘                               └──┘ holds again before that: the same firing
 *
 * After it was resolved it is pending at least until `cooldown_seconds` are over. A group that is not observed is one for which the condition does not hold.
 * Where nothing changed, what is returned is the very state that was given: who keeps states writes only those that are others.
 */
export function advance(
  before: GroupState | undefined,
  seen: Observation | undefined,
  timing: Timing,
  at: number,
): Advanced {
  const old = before && forgetOld(before, at);
  if (seen?.breached) return onBreach(old, seen, timing, at);
  if (old?.status === 'firing') return onClear(old, timing, at);
  const well: GroupState | undefined = old?.status === 'pending' ? { ...old, status: 'ok', values: [] } : old;
  return { state: well && worthKeeping(well, timing, at), transition: undefined };
}

function onBreach(old: GroupState | undefined, seen: Observation, timing: Timing, at: number): Advanced {
  const state = held(old, seen, at);
  if (state.status === 'firing') return { state, transition: undefined };
  const cooled = state.resolved_at === null || at - state.resolved_at >= timing.cooldown_seconds * 1_000;
  if (at - state.since < timing.for_seconds * 1_000 || !cooled) return { state, transition: undefined };
  return { state: { ...state, status: 'firing', fired: [...state.fired, at] }, transition: 'fired' };
}

/** The state of a group for which the condition holds, before it is asked whether it fires. */
function held(old: GroupState | undefined, { group, value }: Observation, at: number): GroupState {
  if (!old || old.status === 'ok') {
    const { fired = [], resolved_at = null } = old ?? {};
    const values = withValue([], at, value);
    return { status: 'pending', group, since: at, values, clear_since: null, fired, resolved_at };
  }
  const values = withValue(old.values, at, value);
  if (values === old.values && old.clear_since === null) return old;
  return { ...old, values, clear_since: null };
}

/** The values with a newer one; none is added to one that is as good as new, or a rule that looks every 5 s would write as often. */
function withValue(values: readonly SeenValue[], at: number, value: number | null): readonly SeenValue[] {
  const newest = values.at(-1);
  if (value === null || (newest && at - newest[0] < VALUE_EVERY)) return values;
  return [...values, [at, value] as const].slice(-VALUES);
}

function onClear(old: GroupState, timing: Timing, at: number): Advanced {
  const clear_since = old.clear_since ?? at;
  if (at - clear_since < clearFor(old, timing) * 1_000) {
    return { state: old.clear_since === null ? { ...old, clear_since } : old, transition: undefined };
  }
  const state: GroupState = { ...old, status: 'ok', values: [], clear_since: null, resolved_at: at };
  return { state: worthKeeping(state, timing, at), transition: 'resolved' };
}

const clearFor = ({ fired }: GroupState, { resolve_after_seconds }: Timing): number =>
  fired.length >= FLAPS
    ? Math.max(resolve_after_seconds * FLAP_FACTOR, LEAST_FLAP_SECONDS)
    : resolve_after_seconds;

const forgetOld = (state: GroupState, at: number): GroupState => {
  const fired = state.fired.filter((time) => at - time < FLAP_MEMORY);
  return fired.length === state.fired.length ? state : { ...state, fired };
};

/** Of a group that is well: its firings of the last hour, and its cooldown. */
function worthKeeping(state: GroupState, { cooldown_seconds }: Timing, at: number): GroupState | undefined {
  const cooling = state.resolved_at !== null && at - state.resolved_at < cooldown_seconds * 1_000;
  return state.fired.length > 0 || cooling ? state : undefined;
}
