/** Unix ms that a UUIDv7 carries in its first 48 bits (RFC 9562, section 5.7). */
export const timeOfUuidV7 = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/**
 * The lowest UUIDv7-ordered value of a millisecond: its 48 bits of time, then zeros. As a bound (`id >= low(from) AND id < low(to)`) it
 * turns a span of time into a range of ids, which is what the tables are partitioned and indexed by.
 */
export function lowestUuidAt(unixMs: number): string {
  const hex = Math.max(0, Math.floor(unixMs)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}
