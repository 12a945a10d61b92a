import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Random bytes fetched 256 ids at a time: asking the kernel for 16 bytes costs 3 µs, which every request would pay. */
const pool = new Uint8Array(16 * 256);
let next = pool.length;
/** Ids of one millisecond count upwards, so that the items of one batch keep their order. */
let last = { unixMs: -1, sequence: 0 };

function pooledBytes(): Uint8Array {
  if (next === pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  next += 16;
  return pool.subarray(next - 16, next);
}

/** A new UUIDv7 (RFC 9562, method 2: monotonic random) at a time in Unix ms. */
export function newUuidV7(unixMs: number): string {
  const random = pooledBytes();
  // 31 random bits to start from leave at least 2 billion ids before the 32-bit counter of a millisecond could wrap.
  const start = new DataView(random.buffer, random.byteOffset).getUint32(0) >>> 1;
  last = { unixMs, sequence: unixMs === last.unixMs ? last.sequence + 1 : start };
  return v7({ msecs: unixMs, seq: last.sequence, random });
}
