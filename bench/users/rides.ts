import { metresBetween, type Position } from '../../src/alerts/users/metres-between.js';
import { MINUTE, SECOND } from './stream.js';
import type { Scene } from './visits.js';
import type { Rider } from './world.js';

/** m/s: what a scooter makes in a town. */
const PACE = 7;
const EVERY = 30 * SECOND;

export const positionNear = (random: Scene['random'], { latitude, longitude }: Position, metres: number) => ({
  latitude: latitude + (random.normal() * metres) / 111_000,
  longitude: longitude + (random.normal() * metres) / 84_000,
});

/** A free rider fetches the order and brings it, and says where they are. Returns when they are at the door. */
export function ride(scene: Scene, from: Position, to: Position, order: string, ready: number): number {
  const { random, world } = scene;
  let rider: Rider | undefined;
  for (let tries = 0; tries < 8; tries += 1) {
    const one = random.pick(world.riders);
    if (one.planted) continue;
    if (!rider || one.busyUntil < rider.busyUntil) rider = one;
  }
  if (!rider) return ready + 20 * MINUTE;
  const begin = Math.max(ready, rider.busyUntil) + (metresBetween(rider, from) / PACE) * SECOND;
  const door = begin + (metresBetween(from, to) / PACE) * SECOND + 2 * MINUTE;
  report(scene, rider, order, from, to, begin, door);
  rider.busyUntil = door + MINUTE;
  Object.assign(rider, to);
  return door;
}

/** Positions, with what receivers do: jitter, single errors, places of a mast, tunnels. */
export function report(
  scene: Scene,
  { id }: { id: string },
  order: string,
  from: Position,
  to: Position,
  begin: number,
  door: number,
): void {
  const { random, stream } = scene;
  const tunnel = random.chance(0.05)
    ? begin + random.between(0, 1) * (door - begin)
    : Number.POSITIVE_INFINITY;
  for (let at = begin; at < door; at += EVERY) {
    if (at > tunnel && at < tunnel + 5 * MINUTE) continue;
    const share = (at - begin) / (door - begin);
    const where = {
      latitude: from.latitude + (to.latitude - from.latitude) * share,
      longitude: from.longitude + (to.longitude - from.longitude) * share,
    };
    const error = random.between(0, 1);
    const [metres, accuracy] =
      error < 0.004 ? [3_000, 20] : error < 0.01 ? [900, 1_500] : error < 0.05 ? [150, 40] : [15, 12];
    stream.event(at, 'delivery_location', order, id, {
      courier_id: id,
      ...positionNear(random, where, metres),
      accuracy,
    });
  }
}
