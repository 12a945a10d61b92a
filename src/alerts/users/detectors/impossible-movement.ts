import type { Log10 } from '../../../analytics/behaviour/statistics/tails.js';
import type { Hit, UserDetector } from '../detector.js';
import { metresBetween, type Position } from '../metres-between.js';
import { plainTime } from '../plain-time.js';
import { RecentMap } from '../recent-map.js';
import type { WatchedEvent } from '../watched-row.js';

const RAISE_AT: Log10 = -3;
/** m/s: 150 km/h, which no scooter or car in a town rides. */
const FASTEST = 150 / 3.6;
/** A receiver between tall houses is off by so much (m), whatever accuracy it says. */
const SLACK = 400;
/** Positions at the other place that make it one, and no error of the receiver's. */
const CONFIRMED = 3;
/** Another place that was not confirmed within so long was an error. */
const DOUBTFUL_FOR = 10 * 60_000;
/** After so long nothing is known of where the courier is. */
const FORGOTTEN = 24 * 3_600_000;
/** Some 400 bytes each: 8 MB. */
const MOST_COURIERS = 20_000;

/** Ids kept of a track. */
const TRACKED = 8;

interface Track extends Position {
  at: number;
  accuracy: number;
  /** Positions in a row that fit together here. */
  count: number;
  ids: string[];
}

interface Courier {
  here: Track;
  /** Where they are as well, or instead, if it is confirmed. */
  other: Track | null;
  /** How it was when `other` began. */
  jump: { metres: number; seconds: number; since: number } | null;
}

/**
 * A courier is somewhere that cannot be reached from where they just were: a faked position, or one account on two phones. A position that no ride explains
 * opens a second track; three that fit there confirm it. A receiver's single error never gets a second one, a tunnel only takes time,
 * and what accuracy and reflections explain is subtracted from the distance first.
 */
export class ImpossibleMovement implements UserDetector {
  readonly name = 'impossible_movement';
  readonly sums = {};
  readonly #couriers = new RecentMap<Courier>(MOST_COURIERS);
  readonly tables = { couriers: this.#couriers };

  event(row: WatchedEvent): Hit | null {
    if (row.event_type !== 'delivery_location') return null;
    const { latitude, longitude, accuracy, courier_id } = row.data;
    if (latitude === null || longitude === null) return null;
    const id = courier_id ?? row.triggered_by;
    const seen: Track = {
      latitude,
      longitude,
      at: row.at,
      accuracy: Math.max(0, accuracy ?? 50),
      count: 1,
      ids: [row.id],
    };
    const courier = this.#couriers.get(id);
    if (courier === undefined || row.at - courier.here.at > FORGOTTEN) {
      this.#couriers.set(id, { here: seen, other: null, jump: null });
      return null;
    }
    if (courier.other && row.at - courier.other.at > DOUBTFUL_FOR) {
      courier.other = null;
      courier.jump = null;
    }
    if (speedBetween(courier.here, seen) <= FASTEST) {
      courier.here = joined(courier.here, seen);
      return null;
    }
    if (courier.other === null || speedBetween(courier.other, seen) > FASTEST) {
      courier.other = seen;
      courier.jump = {
        metres: metresBetween(courier.here, seen),
        seconds: Math.abs(seen.at - courier.here.at) / 1_000,
        since: courier.here.at,
      };
      return null;
    }
    courier.other = joined(courier.other, seen);
    if (courier.other.count < CONFIRMED || courier.jump === null) return null;
    return this.#found(id, courier, courier.other, courier.jump);
  }

  #found(id: string, courier: Courier, other: Track, jump: NonNullable<Courier['jump']>): Hit | null {
    const evidence = [...courier.here.ids.slice(-2), ...other.ids];
    // Both stay known: one account on two phones goes on to be in two places.
    const before = courier.here;
    courier.here = other;
    courier.other = { ...before, count: 0, ids: before.ids.slice(-2) };
    const { metres, seconds, since } = jump;
    courier.jump = { metres, seconds, since: other.at };
    const speed = metres / Math.max(1, seconds);
    // A convention, for positions have no law of large errors: 1 in 1,000 at the fastest ride, and less by speed and distance.
    const chance =
      -3 - 3 * Math.log2(Math.max(1, speed / FASTEST) ** 0.5) - Math.log10(Math.max(1, metres / 1_000));
    if (chance > RAISE_AT) return null;
    return {
      subject_kind: 'courier_id',
      subject: id,
      chance,
      reason: () =>
        `${(metres / 1_000).toFixed(1)} km within ${Math.round(seconds)} s at ${plainTime(since)} (${Math.round(speed * 3.6).toLocaleString('en')} km/h), and ${other.count} positions there`,
      evidence,
      since,
    };
  }
}

/** m/s that a ride from one to the other would take at least. */
function speedBetween(from: Track, to: Track): number {
  const metres = metresBetween(from, to) - from.accuracy - to.accuracy - SLACK;
  // Positions may come out of order: a time apart is one in either direction.
  return metres <= 0 ? 0 : metres / Math.max(1, Math.abs(to.at - from.at) / 1_000);
}

function joined(track: Track, seen: Track): Track {
  const ids = [...track.ids.slice(1 - TRACKED), ...seen.ids];
  // One that comes late tells less of where they are now.
  if (seen.at < track.at) return { ...track, count: track.count + 1, ids };
  return { ...seen, count: track.count + 1, ids };
}
