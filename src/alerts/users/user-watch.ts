import { createActionMeaning } from '../../analytics/behaviour/unusual/action-meaning.js';
import { scoreOf } from '../../analytics/behaviour/unusual/score.js';
import type { Hit, UserDetector } from './detector.js';
import { Burst } from './detectors/burst.js';
import { CredentialStuffing } from './detectors/credential-stuffing.js';
import { ImpossibleMovement } from './detectors/impossible-movement.js';
import { NewDeviceSensitive } from './detectors/new-device-sensitive.js';
import { PromoAbuse } from './detectors/promo-abuse.js';
import { RefundAbuse } from './detectors/refund-abuse.js';
import { Scraping } from './detectors/scraping.js';
import { SharedSession } from './detectors/shared-session.js';
import { Raised, type UserFinding } from './raised.js';
import type { RecentMap } from './recent-map.js';
import type { WatchedAction, WatchedEvent, WatchedRow } from './watched-row.js';

/** Another one cannot go on from what this one saved. */
export const WATCH_VERSION = 1;

/** A part of a saved watch: JSON values, some hundred kilobytes at most. */
export type WatchPart =
  | { version: number }
  | { sums: string; value: object }
  | { table: string; generation: 'old' | 'young'; entries: [string, unknown][] };

/** Entries a part. */
const AT_ONCE = 1_000;

/**
 * Watches rows as they come, whoever's they are, and tells what is unusual with reasons. Rows' own times are all it knows of time, and it remembers a bounded
 * number of users, addresses, sessions and couriers (about 150 MB when every table is full). The same rows in the same order give the same findings, on whichever replica, also
 * when it was saved in between and went on elsewhere.
 */
export class UserWatch {
  readonly #detectors: readonly UserDetector[] = [
    new Burst(),
    new CredentialStuffing(),
    new Scraping(),
    new NewDeviceSensitive(),
    new ImpossibleMovement(),
    new RefundAbuse(),
    new PromoAbuse(),
    new SharedSession(),
  ];
  readonly #ofActions = this.#detectors.filter(({ action }) => action);
  readonly #ofEvents = this.#detectors.filter(({ event }) => event);
  readonly #meaning = createActionMeaning();
  readonly #raised = new Raised();

  /** What a row shows that was not told already; nearly always nothing. */
  observe(row: WatchedRow): UserFinding[] {
    return row.kind === 'action' ? this.#action(row) : this.#event(row);
  }

  #action(row: WatchedAction): UserFinding[] {
    let found: UserFinding[] = nothing;
    for (const detector of this.#ofActions) {
      const hit = detector.action?.(row, this.#meaning);
      if (hit) found = this.#tell(found, detector, hit, row.at);
    }
    return found;
  }

  #event(row: WatchedEvent): UserFinding[] {
    let found: UserFinding[] = nothing;
    for (const detector of this.#ofEvents) {
      const hit = detector.event?.(row);
      if (hit) found = this.#tell(found, detector, hit, row.at);
    }
    return found;
  }

  #tell(found: UserFinding[], { name }: UserDetector, hit: Hit, at: number): UserFinding[] {
    const finding = this.#raised.tell(name, hit, scoreOf(hit.chance), at);
    return finding === null ? found : [...found, finding];
  }

  /** How many users, addresses, sessions and couriers are remembered, by table. */
  sizes(): Record<string, number> {
    return Object.fromEntries([...this.#tables()].map(([name, table]) => [name, table.size]));
  }

  /** All that it remembers, in parts, so that who writes it can let others have a turn. Between two parts no row may be observed. */
  *parts(): Generator<WatchPart> {
    yield { version: WATCH_VERSION };
    for (const { name, sums } of this.#detectors) yield { sums: name, value: sums };
    for (const [table, map] of this.#tables()) {
      const saved = map.save();
      for (const generation of ['old', 'young'] as const) {
        for (let start = 0; start < saved[generation].length; start += AT_ONCE) {
          yield { table, generation, entries: saved[generation].slice(start, start + AT_ONCE) };
        }
      }
    }
  }

  toJSON(): WatchPart[] {
    return [...this.parts()];
  }

  /** Goes on from what was saved. Throws a RangeError where another version did. Takes the values as its own. */
  static from(parts: Iterable<WatchPart>): UserWatch {
    const watch = new UserWatch();
    const tables = new Map(watch.#tables());
    const saved = new Map<string, { old: [string, unknown][]; young: [string, unknown][] }>();
    for (const part of parts) {
      if ('version' in part) {
        if (part.version !== WATCH_VERSION) throw new RangeError(`a watch of version ${part.version}`);
      } else if ('sums' in part) {
        const detector = watch.#detectors.find(({ name }) => name === part.sums);
        if (detector) Object.assign(detector.sums, part.value);
      } else {
        const map = saved.get(part.table) ?? { old: [], young: [] };
        map[part.generation].push(...part.entries);
        saved.set(part.table, map);
      }
    }
    for (const [name, map] of saved) tables.get(name)?.restore(map);
    return watch;
  }

  *#tables(): Generator<[string, RecentMap<unknown>]> {
    yield ['raised', this.#raised.episodes as RecentMap<unknown>];
    for (const { name, tables } of this.#detectors) {
      for (const [table, map] of Object.entries(tables)) yield [`${name}.${table}`, map];
    }
  }
}

const nothing: UserFinding[] = [];
