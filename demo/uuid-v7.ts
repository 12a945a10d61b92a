import type { Random } from './random.js';

/** RFC 9562 UUID version 7: 48 bits of Unix milliseconds, and 74 bits that come from the seed, so that the same run makes the same ids. */
export function uuidV7(time: number, random: Random): string {
  const milliseconds = Math.floor(time).toString(16).padStart(12, '0');
  const variant = (8 + (random.bits() % 4)).toString(16);
  const bits = random.hex(18);
  return `${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-7${bits.slice(0, 3)}-${variant}${bits.slice(3, 6)}-${bits.slice(6)}`;
}
