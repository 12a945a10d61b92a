import { networkOf } from '../../../analytics/behaviour/network-of.js';
import { binomialTail, type Log10, poissonTail } from '../../../analytics/behaviour/statistics/tails.js';
import type { ActionMeaning } from '../../../analytics/behaviour/unusual/action-meaning.js';
import { type Hit, type SubjectKind, show, type UserDetector } from '../detector.js';
import { addFading, type Fading, fadedTo } from '../fading.js';
import { hashOf } from '../hash-of.js';
import { namesSession } from '../names-session.js';
import { plainTime } from '../plain-time.js';
import { RecentMap } from '../recent-map.js';
import { ANONYMOUS, isMachine, ownAddress, type WatchedAction, type WatchedEvent } from '../watched-row.js';

const RAISE_AT: Log10 = -6;
const SPAN = 4 * 3_600_000;
/** An account is new for so long. */
const NEW_FOR = 24 * 3_600_000;
/** New accounts of one source that redeem. */
const LEAST_ACCOUNTS = 5;
/** Coupons that one person redeems within hours. */
const LEAST_REDEEMED = 6;
/** Codes that one person tries in vain. */
const LEAST_GUESSES = 8;
/** One in ten who redeem is new, and nobody redeems more than one coupon in a few hours: where nothing is known. */
const PRIOR_NEW = 5;
const PRIOR_REDEEMERS = 50;
const GUESSES_MEAN = 0.3;
const MOST_KEPT = 64;
/** Some 300 bytes each: 10 MB. */
const MOST_SUBJECTS = 20_000;
/** Accounts registered lately: 60 bytes each. */
const MOST_NEW = 50_000;

interface Source {
  fresh: Fading;
  redeemers: Fading;
  accounts: number[];
  ids: string[];
  since: number;
}

interface Redeemer {
  redeemed: Fading;
  /** Hashes of codes that failed. */
  guesses: number[];
  since: number;
  at: number;
  ids: string[];
}

/**
 * Coupons beyond what they are for: many new accounts of one address or session that all redeem one (the share of new ones among its redeemers against
 * everywhere else: an office on a day of promotions redeems by the hundred, with old accounts), one person who redeems again and again, or who guesses codes.
 */
export class PromoAbuse implements UserDetector {
  readonly name = 'promo_abuse';
  readonly sums = { fresh: { value: 0, at: 0 }, redeemers: { value: 0, at: 0 }, again: { value: 0, at: 0 } };
  readonly #newcomers = new RecentMap<number>(MOST_NEW);
  readonly #addresses = new RecentMap<Source>(MOST_SUBJECTS);
  readonly #sessions = new RecentMap<Source>(MOST_SUBJECTS);
  readonly #users = new RecentMap<Redeemer>(MOST_SUBJECTS);
  readonly tables = {
    newcomers: this.#newcomers,
    addresses: this.#addresses,
    sessions: this.#sessions,
    users: this.#users,
  };

  event({ event_type, entity_id, at }: WatchedEvent): null {
    if (event_type === 'user_registered') this.#newcomers.set(entity_id, at);
    return null;
  }

  action(row: WatchedAction, meaning: ActionMeaning): Hit | null {
    if (!meaning.promo(row) || row.user_id === ANONYMOUS || isMachine(row)) return null;
    const byUser = this.#user(row);
    if (!row.success) return byUser;
    const registered = this.#newcomers.get(row.user_id);
    const isFresh = registered !== undefined && row.at - registered < NEW_FOR;
    const address = ownAddress(row);
    const bySession = namesSession(row.session_id)
      ? this.#source(this.#sessions, 'session_id', row.session_id, row, isFresh, address === null)
      : null;
    const byAddress =
      address === null
        ? null
        : this.#source(this.#addresses, 'ip_address', networkOf(address), row, isFresh, true);
    return byAddress ?? bySession ?? byUser;
  }

  #source(
    table: RecentMap<Source>,
    subject_kind: SubjectKind,
    subject: string,
    { user_id, id, at }: WatchedAction,
    isFresh: boolean,
    isCounted: boolean,
  ): Hit | null {
    let source = table.get(subject);
    if (source === undefined || at - source.redeemers.at > NEW_FOR) {
      const none = () => ({ value: 0, at });
      source = { fresh: none(), redeemers: none(), accounts: [], ids: [], since: at };
      table.set(subject, source);
    }
    const account = hashOf(user_id);
    if (source.accounts.includes(account)) return null;
    if (source.accounts.length >= MOST_KEPT) source.accounts.shift();
    source.accounts.push(account);
    addFading(source.redeemers, 1, at, SPAN);
    if (isCounted) addFading(this.sums.redeemers, 1, at, SPAN);
    if (!isFresh) return null;
    if (fadedTo(source.fresh, at, SPAN) < 0.5) source.since = at;
    addFading(source.fresh, 1, at, SPAN);
    if (isCounted) addFading(this.sums.fresh, 1, at, SPAN);
    show(source.ids, id);
    const fresh = fadedTo(source.fresh, at, SPAN);
    if (fresh < LEAST_ACCOUNTS * 0.8) return null;
    const redeemers = fadedTo(source.redeemers, at, SPAN);
    const share = this.#shareElsewhere(isCounted ? source : null, at);
    const chance = binomialTail(fresh, Math.max(fresh, redeemers), share);
    if (chance > RAISE_AT) return null;
    const { since, ids } = source;
    return {
      subject_kind,
      subject,
      chance,
      reason: () =>
        `about ${Math.round(fresh)} accounts younger than a day redeemed a coupon here since ${plainTime(since)}, of ${Math.round(redeemers)} in all; elsewhere ${Math.round(100 * share)} % of those who redeem are so new`,
      evidence: [...ids],
      since,
    };
  }

  #shareElsewhere(source: Source | null, at: number): number {
    const here = (of: 'fresh' | 'redeemers') => (source === null ? 0 : fadedTo(source[of], at, SPAN));
    const fresh = Math.max(0, fadedTo(this.sums.fresh, at, SPAN) - here('fresh'));
    const redeemers = Math.max(0, fadedTo(this.sums.redeemers, at, SPAN) - here('redeemers'));
    return Math.min(0.9, (fresh + PRIOR_NEW) / (Math.max(redeemers, fresh) + PRIOR_REDEEMERS));
  }

  /** One person: how many coupons, and how many codes in vain. */
  #user({ user_id, at, id, success, coupon }: WatchedAction): Hit | null {
    let user = this.#users.get(user_id);
    if (user === undefined || at - user.at > NEW_FOR) {
      user = { redeemed: { value: 0, at }, guesses: [], since: at, at, ids: [] };
      this.#users.set(user_id, user);
    }
    if (at > user.at) user.at = at;
    show(user.ids, id);
    const { since, ids } = user;
    const found = (chance: Log10, reason: () => string): Hit | null =>
      chance > RAISE_AT
        ? null
        : { subject_kind: 'user_id', subject: user_id, chance, reason, evidence: [...ids], since };
    if (!success) {
      if (coupon === null) return null;
      const code = hashOf(coupon);
      if (user.guesses.includes(code) || user.guesses.length >= MOST_KEPT) return null;
      user.guesses.push(code);
      const guesses = user.guesses.length;
      if (guesses < LEAST_GUESSES) return null;
      return found(
        poissonTail(guesses, GUESSES_MEAN),
        () => `${guesses} different codes that are none tried since ${plainTime(since)}`,
      );
    }
    const before = fadedTo(user.redeemed, at, SPAN);
    addFading(user.redeemed, 1, at, SPAN);
    // How often one who redeems does so again, of everybody: on a day of promotions more.
    if (before > 0.3) addFading(this.sums.again, 1, at, SPAN);
    const redeemed = before + 1;
    if (redeemed < LEAST_REDEEMED * 0.75) return null;
    const people = fadedTo(this.sums.redeemers, at, SPAN);
    const mean = 0.4 + Math.max(0, fadedTo(this.sums.again, at, SPAN) - redeemed) / (people + 20);
    return found(
      poissonTail(Math.round(redeemed), mean),
      () =>
        `about ${Math.round(redeemed)} coupons redeemed since ${plainTime(since)}; one person usually redeems ${(1 + mean).toFixed(1)}`,
    );
  }
}
