import { networkOf } from '../../../analytics/behaviour/network-of.js';
import { chanceOfVariation } from '../../../analytics/behaviour/statistics/chance-of-variation.js';
import type { Log10 } from '../../../analytics/behaviour/statistics/tails.js';
import type { ActionMeaning } from '../../../analytics/behaviour/unusual/action-meaning.js';
import { type Hit, type SubjectKind, show, type UserDetector } from '../detector.js';
import { hashOf } from '../hash-of.js';
import { chanceOfVisit, learnVisit, newEverybody, type OwnVisits } from '../own-baseline.js';
import { RecentMap } from '../recent-map.js';
import { ANONYMOUS, isMachine, ownAddress, type WatchedAction } from '../watched-row.js';

const RAISE_AT: Log10 = -6;
const VISIT_ENDS = 30 * 60_000;
/** Fewer different things are what a hungry person looks at. */
const LEAST_BREADTH = 40;
/** Beyond, it is broad whatever the number. */
const MOST_BREADTH = 256;
/** A person looks, and then does something: of a program's actions nearly all look. */
const LEAST_LOOKING = 0.9;
/** Gaps that fade within so many actions. */
const GAPS = 40;
/** People's gaps vary by their mean (1) and more. */
const HIGHEST_VARIATION = 0.7;
/** Ten gaps are taken for one piece of evidence: moods last. As in machine-like-regularity. */
const INDEPENDENT_GAPS = 5;
/** Some 400 bytes each, broad ones 3 kB: 20 MB. */
const MOST_VISITORS = 30_000;
const USUAL = 4;

interface Visit {
  at: number;
  since: number;
  actions: number;
  looks: number;
  /** Hashes of what was looked at, each once. */
  targets: number[];
  /** Fading means of the gap between two actions (ms) and of its square. */
  gap: number;
  gapSquare: number;
  own: OwnVisits;
  ids: string[];
}

/**
 * Looks at far more different things than people do, and evenly. Breadth is measured against the visitor's own earlier visits and everybody's, as bursts are;
 * regularity by the chance that gaps of a person are as even; both chances are multiplied. Visitors are users, and sessions of those without an account. An
 * address is looked at for those without account and session only, and only where its gaps are even: the visitors of a shared one together are not.
 */
export class Scraping implements UserDetector {
  readonly name = 'scraping';
  readonly sums: Record<string, ReturnType<typeof newEverybody>> = {};
  readonly #users = new RecentMap<Visit>(MOST_VISITORS);
  readonly #sessions = new RecentMap<Visit>(MOST_VISITORS);
  readonly #addresses = new RecentMap<Visit>(MOST_VISITORS / 3);
  readonly tables = { users: this.#users, sessions: this.#sessions, addresses: this.#addresses };

  action(row: WatchedAction, meaning: ActionMeaning): Hit | null {
    if (isMachine(row)) return null;
    if (row.user_id !== ANONYMOUS) return this.#visited(this.#users, 'user_id', row.user_id, row, meaning);
    const address = ownAddress(row);
    const byAddress =
      address === null
        ? null
        : this.#visited(this.#addresses, 'ip_address', networkOf(address), row, meaning);
    const bySession =
      row.session_id === null
        ? null
        : this.#visited(this.#sessions, 'session_id', row.session_id, row, meaning);
    return bySession ?? byAddress;
  }

  #visited(
    table: RecentMap<Visit>,
    subject_kind: SubjectKind,
    subject: string,
    row: WatchedAction,
    meaning: ActionMeaning,
  ): Hit | null {
    const type = subject_kind === 'user_id' ? (row.user_type ?? '') : subject_kind;
    this.sums[type] ??= newEverybody(USUAL);
    const all = this.sums[type];
    const visit = visitOf(table, subject, row.at, all);
    visit.actions += 1;
    learnGap(visit, row.at);
    if (row.at > visit.at) visit.at = row.at;
    if (!meaning.looks(row)) return null;
    visit.looks += 1;
    if (row.target === null || visit.targets.length >= MOST_BREADTH) {
      if (visit.targets.length < MOST_BREADTH) return null;
    } else {
      const target = hashOf(row.target);
      if (visit.targets.includes(target)) return null;
      visit.targets.push(target);
    }
    const breadth = visit.targets.length;
    if (breadth < LEAST_BREADTH / 2) return null;
    show(visit.ids, row.id);
    if (breadth < LEAST_BREADTH || visit.looks < LEAST_LOOKING * visit.actions) return null;
    const variation = variationOf(visit);
    const isEven = variation < HIGHEST_VARIATION && visit.actions > GAPS;
    if (subject_kind === 'ip_address' && !isEven) return null;
    const chance =
      chanceOfVisit(all, visit.own, Math.log(1 + breadth)) +
      (isEven ? chanceOfVariation(variation, INDEPENDENT_GAPS) : 0);
    if (chance > RAISE_AT) return null;
    const { looks, actions, since, at, gap, own } = visit;
    const minutes = Math.max(1, Math.round((at - since) / 60_000));
    return {
      subject_kind,
      subject,
      chance,
      reason: () =>
        `looked at ${breadth}${breadth === MOST_BREADTH ? ' or more' : ''} different things within ${minutes} minutes (${looks} of ${actions} actions only look), ${
          isEven
            ? `one every ${(gap / 1_000).toFixed(1)} s with gaps that vary by ${Math.round(100 * variation)} %`
            : 'at no even pace'
        }; usual is ${Math.max(1, Math.round(Math.exp(own.count > 2 ? own.mean : all.mean) - 1))} a visit`,
      evidence: [...visit.ids],
      since,
    };
  }
}

function visitOf(
  table: RecentMap<Visit>,
  subject: string,
  at: number,
  all: ReturnType<typeof newEverybody>,
): Visit {
  let visit = table.get(subject);
  if (visit === undefined) {
    visit = newVisit(at, { count: 0, mean: 0 });
    table.set(subject, visit);
  } else if (at - visit.at > VISIT_ENDS) {
    if (visit.looks > 2) learnVisit(all, visit.own, Math.log(1 + visit.targets.length));
    visit = newVisit(at, visit.own);
    table.set(subject, visit);
  }
  return visit;
}

const newVisit = (at: number, own: OwnVisits): Visit => ({
  at,
  since: at,
  actions: 0,
  looks: 0,
  targets: [],
  gap: 0,
  gapSquare: 0,
  own,
  ids: [],
});

function learnGap(visit: Visit, at: number): void {
  if (visit.actions < 2) return;
  const gap = Math.max(0, at - visit.at);
  const weight = 1 / Math.min(GAPS, visit.actions - 1);
  visit.gap += weight * (gap - visit.gap);
  visit.gapSquare += weight * (gap * gap - visit.gapSquare);
}

const variationOf = ({ gap, gapSquare }: Visit): number =>
  gap <= 0 ? 1 : Math.sqrt(Math.max(0, gapSquare - gap * gap)) / gap;
