import type pg from 'pg';
import type { z } from 'zod';
import { ANONYMOUS } from '../contract/action.js';
import type { usersSchema } from '../contract/analytics.js';
import type { SpanQuery } from '../contract/span.js';
import { bucketOf, DAY, type Span, widen } from '../store/rollups/grains.js';
import { type Ask, readRollups } from '../store/rollups/read-rollups.js';
import { at, type RollupDelta } from '../store/rollups/rollup-delta.js';
import type { RollupMemory } from '../store/rollups/rollup-memory.js';
import { unusualDays } from './behaviour/unusual/unusual-days.js';
import { successRate } from './figures.js';
import { getDaysOfUsers } from './queries/get-days-of-users.js';
import { getTopUsers, type UserTotal } from './queries/get-top-users.js';
import { getUserTotals } from './queries/get-user-totals.js';
import { addPendingDays } from './queries/user-days.js';
import { windowOf } from './window.js';

type UsersAnswer = z.output<typeof usersSchema>;

const LISTED = 20;
/** People whose day is looked at for what is unusual: a burst or a spike of failures is among the many, or no burst. */
const LOOKED_AT = 200;
const PAST = 90 * DAY * 1_000;
const DAY_MS = DAY * 1_000;

/** Who is most active, who fails most, and whose day is unlike their own past. Spans are widened to whole UTC days. */
export function answerUsers(
  pool: pg.Pool,
  memory: RollupMemory,
  query: SpanQuery,
  now: number,
): Promise<UsersAnswer> {
  return readRollups(pool, memory, async (pending, ask, { minutesSince }) => {
    const { timeframe, span } = windowOf(query, now, minutesSince);
    const days = widen(span, DAY);
    const waiting = waitingUsers(pending, days);
    const [active, failing, unusual] = await Promise.all([
      topUsers(ask, days, 'actions', waiting),
      topUsers(ask, days, 'failures', waiting),
      newlyUnusual(ask, pending, now),
    ]);
    return {
      timeframe,
      from: new Date(days.from).toISOString(),
      to: new Date(days.to).toISOString(),
      timezone: 'UTC',
      most_active: active.map(userView),
      most_failing: failing.map(userView),
      newly_unusual: unusual,
    };
  });
}

const userView = ({ user_id, user_type, actions, failures, last_at }: UserTotal) => ({
  user_id,
  user_type,
  actions,
  failures,
  success_rate: successRate(actions, failures),
  last_seen: new Date(last_at).toISOString(),
});

/** What is not folded yet, by person, within a span. */
function waitingUsers(pending: RollupDelta, { from, to }: Span): Map<string, UserTotal> {
  const users = new Map<string, UserTotal>();
  for (const [minute, bucket] of pending.minutes) {
    if (minute * 60_000 < from || minute * 60_000 >= to) continue;
    for (const [user_type, ofType] of bucket.users) {
      for (const [user_id, stats] of ofType) {
        const user = at(users, user_id, () => nothing(user_id));
        addWaiting(user, { user_id, user_type, ...stats });
      }
    }
  }
  return users;
}

/**
 * Exact but for ties at the end. What waits is added to the first of the folded; whoever is not among those has at most what the last of them has
 * folded, so only those whose waiting could bring them into the list on top of that are looked up.
 */
async function topUsers(
  ask: Ask,
  span: Span,
  by: 'actions' | 'failures',
  waiting: ReadonlyMap<string, UserTotal>,
): Promise<UserTotal[]> {
  const most = LISTED + Math.min(waiting.size, LOOKED_AT);
  const folded = await getTopUsers(ask, span, by, most);
  const atMost = folded.length === most ? (folded.at(-1)?.[by] ?? 0) : 0;
  const totals = new Map(folded.map((user) => [user.user_id, { ...user }]));
  for (const [user_id, more] of waiting)
    addWaiting(
      at(totals, user_id, () => nothing(user_id)),
      more,
    );
  const listed = [...totals.values()].map((user) => user[by]).sort((a, b) => b - a);
  const least = Math.max(listed[LISTED - 1] ?? 0, 1);
  const known = new Set(folded.map(({ user_id }) => user_id));
  const unknown = [...waiting.values()].filter(
    (user) => !known.has(user.user_id) && user[by] + atMost >= least,
  );
  if (unknown.length > 0) {
    const ids = unknown.map(({ user_id }) => user_id);
    for (const user of await getUserTotals(ask, ids, span)) {
      addWaiting(user, waiting.get(user.user_id) ?? nothing(user.user_id));
      totals.set(user.user_id, user);
    }
  }
  return [...totals.values()]
    .filter((user) => user[by] > 0)
    .sort((a, b) => b[by] - a[by] || (a.user_id < b.user_id ? -1 : 1))
    .slice(0, LISTED);
}

const nothing = (user_id: string): UserTotal => ({
  user_id,
  user_type: '',
  actions: 0,
  failures: 0,
  last_at: 0,
});

function addWaiting(user: UserTotal, more: UserTotal): void {
  user.actions += more.actions;
  user.failures += more.failures;
  if (more.last_at >= user.last_at) {
    user.user_type = more.user_type;
    user.last_at = more.last_at;
  }
}

/** Whose today or yesterday is unlike their own past: judged over those who did most, and those who failed most. */
async function newlyUnusual(
  ask: Ask,
  pending: RollupDelta,
  now: number,
): Promise<UsersAnswer['newly_unusual']> {
  const today = bucketOf(DAY, now);
  const recent = { from: today - DAY_MS, to: today + DAY_MS };
  const waiting = waitingUsers(pending, recent);
  const [active, failing] = await Promise.all([
    getTopUsers(ask, recent, 'actions', LOOKED_AT),
    getTopUsers(ask, recent, 'failures', LOOKED_AT),
  ]);
  const loudest = [...waiting.values()].sort((a, b) => b.actions - a.actions).slice(0, LOOKED_AT);
  const types = new Map([...loudest, ...failing, ...active].map((user) => [user.user_id, user.user_type]));
  // Many people under one name have no past of their own.
  types.delete(ANONYMOUS);
  const days = await getDaysOfUsers(ask, [...types.keys()], today - PAST);
  return [...types]
    .flatMap(([user_id, user_type]) => {
      const byDay = new Map((days.get(user_id) ?? []).map((day) => [day.day, day]));
      addPendingDays(byDay, pending, user_id);
      const past = [...byDay.values()].sort((a, b) => a.day - b.day);
      const findings = unusualDays({ days: past, now });
      const [worst] = findings;
      return worst ? [{ user_id, user_type, score: worst.score, findings }] : [];
    })
    .sort((a, b) => b.score - a.score || (a.user_id < b.user_id ? -1 : 1))
    .slice(0, LISTED);
}
