import type { Log10 } from '../../../analytics/behaviour/statistics/tails.js';
import { type Hit, SHOWN, show, type UserDetector } from '../detector.js';
import { addFading, type Fading } from '../fading.js';
import { chanceOfVisit, learnVisit, newEverybody, type OwnVisits } from '../own-baseline.js';
import { plainTime } from '../plain-time.js';
import { RecentMap } from '../recent-map.js';
import { ANONYMOUS, isMachine, type WatchedAction } from '../watched-row.js';

const RAISE_AT: Log10 = -6;
/** Actions of the last quarter of an hour or so: what fades within it is one burst. */
const SPAN = 15 * 60_000;
/** Without an action for an hour the visit is over. */
const VISIT_ENDS = 60 * 60_000;
/** A glance at the app says nothing of how somebody uses it. */
const LEAST_VISIT = 4;
/** Fewer actions trouble nobody, however quiet the person was. */
const LEAST_BURST = 60;
/** Some 250 bytes each: 25 MB. */
const MOST_USERS = 100_000;
const USUAL = 15;

interface Visit extends Fading {
  since: number;
  /** The highest that the fading count was in this visit. */
  peak: number;
  own: OwnVisits;
  ids: string[];
}

/**
 * Far more actions within minutes than the person's visits have. Each visit is measured by the logarithm of its peak: the fading count of actions; see
 * {@link chanceOfVisit} for what it is compared with.
 */
export class Burst implements UserDetector {
  readonly name = 'burst';
  readonly sums: Record<string, ReturnType<typeof newEverybody>> = {};
  readonly #visits = new RecentMap<Visit>(MOST_USERS);
  readonly tables = { visits: this.#visits };

  action(row: WatchedAction): Hit | null {
    if (row.user_id === ANONYMOUS || isMachine(row)) return null;
    const all = this.#everybody(row.user_type);
    const visit = this.#visitOf(row, all);
    addFading(visit, 1, row.at, SPAN);
    if (visit.value <= visit.peak) return null;
    visit.peak = visit.value;
    if (visit.peak < LEAST_BURST / 2) return null;
    show(visit.ids, row.id, SHOWN);
    if (visit.peak < LEAST_BURST) return null;
    const chance = chanceOfVisit(all, visit.own, Math.log(visit.peak));
    if (chance > RAISE_AT) return null;
    const { peak, own, since } = visit;
    return {
      subject_kind: 'user_id',
      subject: row.user_id,
      chance,
      reason: () =>
        `about ${Math.round(peak)} actions within 15 minutes, since ${plainTime(since)}; ${usually(own, all.mean)}`,
      evidence: [...visit.ids],
      since,
    };
  }

  #everybody(user_type: string | null) {
    const type = user_type ?? '';
    this.sums[type] ??= newEverybody(USUAL);
    return this.sums[type];
  }

  #visitOf({ user_id, at }: WatchedAction, all: ReturnType<typeof newEverybody>): Visit {
    let visit = this.#visits.get(user_id);
    if (visit === undefined) {
      visit = { value: 0, at, since: at, peak: 0, own: { count: 0, mean: 0 }, ids: [] };
      this.#visits.set(user_id, visit);
    } else if (at - visit.at > VISIT_ENDS) {
      if (visit.peak >= LEAST_VISIT) learnVisit(all, visit.own, Math.log(visit.peak));
      visit.since = at;
      visit.value = 0;
      visit.peak = 0;
      visit.ids = [];
    }
    return visit;
  }
}

const usually = ({ count, mean }: OwnVisits, everybody: number): string =>
  count === 0
    ? `visits of others usually reach ${Math.round(Math.exp(everybody))}, and no earlier one of theirs is known`
    : `the ${count === 1 ? 'earlier visit' : `${count} earlier visits`} usually reached ${Math.round(Math.exp(mean))}`;
