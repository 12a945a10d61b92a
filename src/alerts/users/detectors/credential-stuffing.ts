import { networkOf } from '../../../analytics/behaviour/network-of.js';
import { binomialTail, type Log10 } from '../../../analytics/behaviour/statistics/tails.js';
import type { ActionMeaning } from '../../../analytics/behaviour/unusual/action-meaning.js';
import { type Hit, type SubjectKind, show, type UserDetector } from '../detector.js';
import { addFading, type Fading, fadedTo } from '../fading.js';
import { hashOf } from '../hash-of.js';
import { namesSession } from '../names-session.js';
import { plainTime } from '../plain-time.js';
import { RecentMap } from '../recent-map.js';
import { ANONYMOUS, ownAddress, type WatchedAction } from '../watched-row.js';

const RAISE_AT: Log10 = -6;
const SPAN = 20 * 60_000;
/** Without a login for so long, who tried before is forgotten. */
const QUIET = 60 * 60_000;
/** From one place: accounts whose login failed. Fewer are a family, or a clerk who mistypes. */
const LEAST_ACCOUNTS = 7;
/** On one account: networks that failed. Home, work, a phone on its way are three. */
const LEAST_NETWORKS = 4;
const LEAST_FAILED = 8;
/** On one account from wherever: beyond, nobody is only forgetful. */
const LEAST_FORCED = 20;
/** One login in ten fails where nothing is known: 5 in 50. */
const PRIOR_FAILED = 5;
const PRIOR_LOGINS = 50;
/** Of one person, who has forgotten the password and tries on: one in two. */
const OWN_SHARE = 0.5;
const MOST_KEPT = 64;
/** Some 300 bytes each: 10 MB. */
const MOST_SOURCES = 20_000;

interface Source {
  /** Fading counts of accounts: by account, so that who retries counts once. */
  tried: Fading;
  failed: Fading;
  /** Hashes of accounts whose last login here succeeded, or failed. */
  good: number[];
  bad: number[];
  since: number;
  ids: string[];
}

interface Account {
  at: number;
  since: number;
  logins: number;
  failed: number;
  /** Hashes of networks that failed. */
  networks: number[];
  ids: string[];
}

/**
 * Logins that fail for many accounts from one address or in one session (credential stuffing), or for one account from many addresses. The chance is a binomial
 * tail of the accounts that failed among those that tried, at the share that fails everywhere else just then: a shared address has hundreds
 * who mistype, and when the login itself is broken, all addresses fail alike.
 */
export class CredentialStuffing implements UserDetector {
  readonly name = 'credential_stuffing';
  readonly sums = { tried: { value: 0, at: 0 }, failed: { value: 0, at: 0 } };
  readonly #addresses = new RecentMap<Source>(MOST_SOURCES);
  readonly #sessions = new RecentMap<Source>(MOST_SOURCES);
  readonly #accounts = new RecentMap<Account>(MOST_SOURCES);
  readonly tables = { addresses: this.#addresses, sessions: this.#sessions, accounts: this.#accounts };

  action(row: WatchedAction, meaning: ActionMeaning): Hit | null {
    if (!meaning.login(row)) return null;
    const name = row.user_id === ANONYMOUS ? row.target : row.user_id;
    if (name === null) return null;
    const address = ownAddress(row);
    const network = address === null ? null : networkOf(address);
    const hits: (Hit | null)[] = [];
    const account = hashOf(name);
    let isCounted = false;
    if (network !== null) {
      hits.push(this.#tried(this.#addresses, 'ip_address', network, account, row));
      isCounted = true;
    }
    if (namesSession(row.session_id)) {
      hits.push(this.#tried(this.#sessions, 'session_id', row.session_id, account, row, !isCounted));
    }
    // Who tries a whole list of accounts is one finding, not one of each account as well.
    const bySource = hits.reduce(
      (best, hit) => (hit && (!best || hit.chance < best.chance) ? hit : best),
      null,
    );
    const onAccount = this.#attacked(name, network, row);
    return bySource ?? onAccount;
  }

  #tried(
    table: RecentMap<Source>,
    subject_kind: SubjectKind,
    subject: string,
    account: number,
    row: WatchedAction,
    isCounted = true,
  ): Hit | null {
    const { at, success } = row;
    let source = table.get(subject);
    if (source === undefined || at - source.tried.at > QUIET) {
      source = newSource(at);
      table.set(subject, source);
    }
    const known = source.good.includes(account) ? 'good' : source.bad.includes(account) ? 'bad' : 'new';
    if (known === 'new') {
      addFading(source.tried, 1, at, SPAN);
      if (isCounted) addFading(this.sums.tried, 1, at, SPAN);
      keep(success ? source.good : source.bad, account);
      if (!success) {
        addFading(source.failed, 1, at, SPAN);
        if (isCounted) addFading(this.sums.failed, 1, at, SPAN);
      }
    }
    if (success) {
      // Mistyped, and then not: that person is as good as one who got in at once.
      if (known === 'bad') {
        source.bad.splice(source.bad.indexOf(account), 1);
        keep(source.good, account);
        take(source.failed, at);
        if (isCounted) take(this.sums.failed, at);
      }
      return null;
    }
    show(source.ids, row.id);
    const failed = fadedTo(source.failed, at, SPAN);
    if (source.bad.length < LEAST_ACCOUNTS || failed < LEAST_ACCOUNTS * 0.7) return null;
    const tried = Math.max(failed, fadedTo(source.tried, at, SPAN));
    const share = this.#elsewhere(subject_kind === 'ip_address' || isCounted ? source : null, at);
    const chance = binomialTail(failed, tried, share);
    if (chance > RAISE_AT) return null;
    const { bad, good, since } = source;
    return {
      subject_kind,
      subject,
      chance,
      reason: () =>
        `logins failed for ${bad.length}${bad.length === MOST_KEPT ? ' or more' : ''} accounts since ${plainTime(since)} and succeeded for ${good.length}; elsewhere ${Math.round(100 * share)} % of accounts fail`,
      evidence: [...source.ids],
      since,
    };
  }

  /** Which share of accounts fails everywhere but here. */
  #elsewhere(source: Source | null, at: number): number {
    const own = (of: 'tried' | 'failed') => (source === null ? 0 : fadedTo(source[of], at, SPAN));
    const tried = Math.max(0, fadedTo(this.sums.tried, at, SPAN) - own('tried'));
    const failed = Math.max(0, fadedTo(this.sums.failed, at, SPAN) - own('failed'));
    return Math.min(0.95, (failed + PRIOR_FAILED) / (Math.max(tried, failed) + PRIOR_LOGINS));
  }

  #attacked(name: string, network: string | null, row: WatchedAction): Hit | null {
    const { at, success } = row;
    let account = this.#accounts.get(name);
    if (account === undefined || at - account.at > QUIET) {
      // Nobody is attacked who logs in.
      if (success) return null;
      account = { at, since: at, logins: 0, failed: 0, networks: [], ids: [] };
      this.#accounts.set(name, account);
    }
    if (at > account.at) account.at = at;
    account.logins += 1;
    if (success) return null;
    account.failed += 1;
    if (network !== null) {
      const hash = hashOf(network);
      if (!account.networks.includes(hash)) keep(account.networks, hash);
    }
    show(account.ids, row.id);
    const { failed, logins, networks, since } = account;
    const isSpread = networks.length >= LEAST_NETWORKS && failed >= LEAST_FAILED;
    if (!isSpread && failed < LEAST_FORCED) return null;
    // Each network that joins in is as rare as one login in ten hours that comes from a new place.
    const chance = binomialTail(failed, logins, OWN_SHARE) - Math.max(0, networks.length - 1);
    if (chance > RAISE_AT) return null;
    return {
      subject_kind: 'user_id',
      subject: name,
      chance,
      reason: () =>
        `${failed} of ${logins} logins of this account failed since ${plainTime(since)}, from ${networks.length === MOST_KEPT ? `${MOST_KEPT} or more` : networks.length} addresses`,
      evidence: [...account.ids],
      since,
    };
  }
}

const newSource = (at: number): Source => ({
  tried: { value: 0, at },
  failed: { value: 0, at },
  good: [],
  bad: [],
  since: at,
  ids: [],
});

/** The last ones, so that a long attack goes on to be seen. */
function keep(hashes: number[], hash: number): void {
  if (hashes.length >= MOST_KEPT) hashes.shift();
  hashes.push(hash);
}

function take(sum: Fading, at: number): void {
  addFading(sum, 0, at, SPAN);
  sum.value = Math.max(0, sum.value - 1);
}
