import { networkOf } from '../../../analytics/behaviour/network-of.js';
import type { Log10 } from '../../../analytics/behaviour/statistics/tails.js';
import type { ActionMeaning, SensitiveKind } from '../../../analytics/behaviour/unusual/action-meaning.js';
import { type Hit, show, type UserDetector } from '../detector.js';
import { RecentMap } from '../recent-map.js';
import { ANONYMOUS, isMachine, ownAddress, type WatchedAction } from '../watched-row.js';

const RAISE_AT: Log10 = -5.8;
const DAY = 86_400_000;
/** So long a device and an address count as new. */
const NEW_FOR = DAY;
/** Fewer days do not show what somebody has. */
const LEAST_DAYS = 2;
/** Own days count beside ten of an ordinary person's: the rates are everybody's until somebody shows others. */
const PRIOR_DAYS = 10;
const MOST_PLATFORMS = 4;
const MOST_NETWORKS = 8;
/** Some 350 bytes each: 35 MB. */
const MOST_USERS = 100_000;
/** Days by which the rates of everybody follow. */
const MEMORY = 200_000;

interface Known {
  name: string;
  since: number;
}

interface Person {
  /** The UTC day last seen, Unix ms. */
  day: number;
  days: number;
  /** Days, after the first, that brought a platform, a network, an action of a kind. */
  platformDays: number;
  networkDays: number;
  kindDays: Partial<Record<SensitiveKind, number>>;
  /** What this day brought already. */
  today: string[];
  platforms: Known[];
  networks: Known[];
  /** What the new device did of the kinds that are sensitive. */
  did: SensitiveKind[];
  ids: string[];
  since: number;
}

/**
 * A platform that somebody never used, at an address that was not theirs, does something about money or the account. The chance is a product: of a day that
 * brings a new platform, one that brings a new address, and one with each of the kinds of action that it did, each as often as everybody's days have it,
 * moved by the person's own. So a traveller with a new phone who orders dinner is left alone, and one who changes the password, the address and pays is not. (A
 * new version of the app is no new device here: every update is one.)
 */
export class NewDeviceSensitive implements UserDetector {
  readonly name = 'new_device_sensitive';
  readonly sums = { days: 0, platform: 0, network: 0, kinds: {} as Partial<Record<SensitiveKind, number>> };
  readonly #people = new RecentMap<Person>(MOST_USERS);
  readonly tables = { people: this.#people };

  action(row: WatchedAction, meaning: ActionMeaning): Hit | null {
    if (row.user_id === ANONYMOUS || isMachine(row)) return null;
    // A try that fails shows no device: it may be anybody's, on somebody's name.
    if (!row.success) return null;
    const person = this.#personOf(row);
    const address = ownAddress(row);
    const platform = row.platform === null ? undefined : this.#meet(person, 'platform', row.platform, row.at);
    const network = address === null ? undefined : this.#meet(person, 'network', networkOf(address), row.at);
    const kind = meaning.sensitive(row);
    if (kind === null) return null;
    const chance = this.#judge(person, kind, platform, network, row);
    this.#once(person, kind, () => {
      person.kindDays[kind] = (person.kindDays[kind] ?? 0) + 1;
      this.sums.kinds[kind] = (this.sums.kinds[kind] ?? 0) + 1;
    });
    if (chance > RAISE_AT) return null;
    const { did, since, days } = person;
    const where = network === undefined ? '' : ` at the address ${network.name}`;
    return {
      subject_kind: 'user_id',
      subject: row.user_id,
      chance,
      reason: () =>
        `${row.method_name} (${did.join(', ')}) from ${platform?.name ?? 'a device'}${where}, both first seen within the last 24 hours; ${days} days of this person are known`,
      evidence: [...person.ids],
      since,
    };
  }

  #judge(
    person: Person,
    kind: SensitiveKind,
    platform: Known | undefined,
    network: Known | undefined,
    { id, at }: WatchedAction,
  ): Log10 {
    const isNew = (known: Known | undefined) =>
      known !== undefined && known.since > 0 && at - known.since < NEW_FOR;
    if (person.days <= LEAST_DAYS || !isNew(platform)) return 0;
    if (at - person.since > NEW_FOR) {
      person.did = [];
      person.ids = [];
      person.since = at;
    }
    if (!person.did.includes(kind)) person.did.push(kind);
    show(person.ids, id);
    let chance = Math.log10(this.#rate(person.platformDays - 1, this.sums.platform, person.days));
    if (isNew(network))
      chance += Math.log10(this.#rate(person.networkDays - 1, this.sums.network, person.days));
    for (const done of person.did) {
      const own = (person.kindDays[done] ?? 0) - (person.today.includes(done) ? 1 : 0);
      chance += Math.log10(this.#rate(own, this.sums.kinds[done] ?? 0, person.days));
    }
    return chance;
  }

  /** On which share of days to expect it, of which `own` days of this person had it. */
  #rate(own: number, everybody: number, days: number): number {
    const share = Math.min(0.9, (everybody + 2) / (this.sums.days + 100));
    return (Math.max(0, own) + PRIOR_DAYS * share) / (days + PRIOR_DAYS);
  }

  #personOf({ user_id, at }: WatchedAction): Person {
    const day = Math.floor(at / DAY) * DAY;
    let person = this.#people.get(user_id);
    if (person === undefined) {
      person = {
        day,
        days: 1,
        platformDays: 0,
        networkDays: 0,
        kindDays: {},
        today: [],
        platforms: [],
        networks: [],
        did: [],
        ids: [],
        since: 0,
      };
      this.#people.set(user_id, person);
    } else if (day > person.day) {
      person.day = day;
      person.days += 1;
      person.today = [];
      this.#countDay();
    }
    return person;
  }

  #countDay(): void {
    const { sums } = this;
    sums.days += 1;
    if (sums.days < MEMORY) return;
    sums.days /= 2;
    sums.platform /= 2;
    sums.network /= 2;
    for (const kind of Object.keys(sums.kinds) as SensitiveKind[]) {
      sums.kinds[kind] = (sums.kinds[kind] ?? 0) / 2;
    }
  }

  /** Finds or learns a platform or network. On the first day all is new, which says nothing: those are known since ever. */
  #meet(person: Person, what: 'platform' | 'network', name: string, at: number): Known {
    const list = what === 'platform' ? person.platforms : person.networks;
    const index = list.findIndex((one) => one.name === name);
    let known = list[index];
    if (known !== undefined) {
      if (index < list.length - 1) {
        // Last used, last forgotten.
        list.splice(index, 1);
        list.push(known);
      }
      return known;
    }
    known = { name, since: person.days > 1 ? at : 0 };
    if (list.length >= (what === 'platform' ? MOST_PLATFORMS : MOST_NETWORKS)) list.shift();
    list.push(known);
    if (person.days > 1) {
      this.#once(person, what, () => {
        person[what === 'platform' ? 'platformDays' : 'networkDays'] += 1;
        this.sums[what] += 1;
      });
    }
    return known;
  }

  #once(person: Person, what: string, count: () => void): void {
    if (person.today.includes(what)) return;
    person.today.push(what);
    count();
  }
}
