import { networkOf } from '../../../analytics/behaviour/network-of.js';
import { type Log10, poissonTail } from '../../../analytics/behaviour/statistics/tails.js';
import { type Hit, show, type UserDetector } from '../detector.js';
import { hashOf } from '../hash-of.js';
import { namesSession } from '../names-session.js';
import { RecentMap } from '../recent-map.js';
import { ANONYMOUS, isMachine, ownAddress, type WatchedAction } from '../watched-row.js';

const RAISE_AT: Log10 = -6;
/** A session that nobody used for so long is over; its id may come again. */
const ENDS = 24 * 3_600_000;
/** A couple on one tablet; staff at a counter are counted by their network, below. */
const LEAST_USERS = 3;
/** One session in twenty has a second user, and one in ten hours of a phone's another network. */
const USERS_MEAN = 0.05;
const NETWORKS_MEAN = 0.4;
const PLATFORM_MEAN = 0.02;
/** A restaurant's tablet that many sign in on, one after the other: that many are ordinary at one network. */
const COUNTER_USERS = 12;
const MOST_KEPT = 40;
/** Some 200 bytes each: 10 MB. */
const MOST_SESSIONS = 50_000;

interface Session {
  at: number;
  since: number;
  /** Hashes, each once. */
  users: number[];
  networks: number[];
  platforms: string[];
  ids: string[];
}

/**
 * One session id under many users: a token that leaked, is sold, or a program that keeps one while it goes through accounts. The chance is a product of
 * Poisson tails: of the users beyond the first, of networks, and of platforms. The staff of one counter share one network, and are let be.
 */
export class SharedSession implements UserDetector {
  readonly name = 'shared_session';
  readonly sums = {};
  readonly #sessions = new RecentMap<Session>(MOST_SESSIONS);
  readonly tables = { sessions: this.#sessions };

  action(row: WatchedAction): Hit | null {
    const { session_id, user_id, at } = row;
    if (!namesSession(session_id) || user_id === ANONYMOUS || isMachine(row)) return null;
    let session = this.#sessions.get(session_id);
    if (session === undefined || at - session.at > ENDS) {
      session = { at, since: at, users: [], networks: [], platforms: [], ids: [] };
      this.#sessions.set(session_id, session);
    }
    if (at > session.at) session.at = at;
    const { users, networks, platforms } = session;
    const isNew = add(users, hashOf(user_id));
    const address = ownAddress(row);
    const isElsewhere = address !== null && add(networks, hashOf(networkOf(address)));
    if (row.platform !== null && !platforms.includes(row.platform) && platforms.length < 4)
      platforms.push(row.platform);
    // What shows it is the first action of each user and of each network.
    if (!isNew && !isElsewhere) {
      // A long one is told again while it goes on.
      if (users.length < LEAST_USERS) return null;
    } else if (users.length > 1) show(session.ids, row.id);
    if (users.length < LEAST_USERS) return null;
    if (networks.length <= 1 && users.length < COUNTER_USERS) return null;
    const chance =
      poissonTail(users.length - 1, USERS_MEAN) +
      poissonTail(Math.max(0, networks.length - 1), NETWORKS_MEAN) +
      poissonTail(Math.max(0, platforms.length - 1), PLATFORM_MEAN);
    if (chance > RAISE_AT) return null;
    return {
      subject_kind: 'session_id',
      subject: session_id,
      chance,
      reason: () =>
        `one session id was used by ${many(users.length, 'users')}, from ${many(networks.length, 'addresses')} and with ${platforms.length} platforms`,
      evidence: [...session.ids],
      since: session.since,
    };
  }
}

const many = (count: number, what: string) =>
  count >= MOST_KEPT ? `${MOST_KEPT} or more ${what}` : `${count} ${what}`;

/** Whether it is a new one. */
function add(hashes: number[], hash: number): boolean {
  if (hashes.length >= MOST_KEPT || hashes.includes(hash)) return false;
  hashes.push(hash);
  return true;
}
