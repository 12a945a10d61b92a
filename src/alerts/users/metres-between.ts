/** WGS 84, in degrees. */
export interface Position {
  latitude: number;
  longitude: number;
}

const EARTH = 6_371_000;
const RADIANS = Math.PI / 180;

/** Great-circle distance in metres (haversine formula; the earth's flattening is worth 0.5 %). */
export function metresBetween(a: Position, b: Position): number {
  const byLatitude = Math.sin(((b.latitude - a.latitude) * RADIANS) / 2) ** 2;
  const byLongitude = Math.sin(((b.longitude - a.longitude) * RADIANS) / 2) ** 2;
  const square = byLatitude + Math.cos(a.latitude * RADIANS) * Math.cos(b.latitude * RADIANS) * byLongitude;
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(square)));
}
