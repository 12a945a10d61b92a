import { randomFillSync } from 'node:crypto';

/** Random words fetched 1,024 at a time: asking the kernel for 16 bytes costs 3 µs, which every request would pay three times. */
const pool = new Uint32Array(1_024);
let next = pool.length;

/** Ids of one millisecond count upwards, so that the items of one batch keep their order. */
let lastMs = -1;
let timePart = '';
let counter = 0;

/**
 * A new UUIDv7 at a time in Unix ms (RFC 9562, section 5.7, with the counter of section 6.2, method 1): 48 bits of time, 12 + 6 bits of counter, which
 * starts in the lower half at each millisecond, and 56 random bits. Written here rather than taken from a library because its typed arrays made up a tenth
 * of what a request allocates.
 */
export function newUuidV7(unixMs: number): string {
  if (unixMs === lastMs) counter += 1;
  else {
    lastMs = unixMs;
    const hex = unixMs.toString(16).padStart(12, '0');
    timePart = `${hex.slice(0, 8)}-${hex.slice(8)}-`;
    counter = randomWord() >>> 15;
  }
  // More than 131,072 ids in a millisecond would wrap: order within it is lost then, uniqueness is not.
  const high = hex4(0x7000 | ((counter >>> 6) & 0xfff)).slice(-4);
  const low = hex4(0x8000 | ((counter & 0x3f) << 8) | (randomWord() & 0xff));
  return `${timePart}${high}-${low}-${hex4(randomWord() & 0xffff)}${hex8(randomWord())}`;
}

function randomWord(): number {
  if (next === pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  next += 1;
  return pool[next - 1] ?? 0;
}

const hex4 = (value: number): string => (value | 0x1_0000).toString(16).slice(1);
const hex8 = (value: number): string => hex4(value >>> 16) + hex4(value & 0xffff);
