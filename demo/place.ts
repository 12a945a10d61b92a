import { districts } from './names.js';
import type { Random } from './random.js';

export interface Place {
  lat: number;
  lng: number;
}

export function placeNear(random: Random): Place {
  const { lat, lng } = random.pick(districts);
  return {
    lat: coordinate(lat + random.between(-0.01, 0.01)),
    lng: coordinate(lng + random.between(-0.01, 0.01)),
  };
}

/** Five decimals are a metre. */
export const coordinate = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;

/** As the crow flies, near enough at Istanbul's latitude. */
export function kilometres(from: Place, to: Place): number {
  return Math.hypot((from.lat - to.lat) * 111, (from.lng - to.lng) * 84);
}
