/**
 * 48 well-mixed bits of a text, as a whole number: two lanes of MurmurHash3's 32-bit rounds and finaliser (Austin Appleby, public domain) over its
 * UTF-16 units. 100 ns for an id, where a digest of node:crypto takes 2 µs. Not for secrets. Stored sets depend on it: it must never
 * change. Among 10,000 texts two alike are met once in five million.
 */
export function hashText(text: string): number {
  let a = 0x9747b28c;
  let b = 0x3c6ef372;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    a = round(a, unit);
    b = round(b, unit ^ 0x5bd1);
  }
  const high = finalise(a ^ text.length) >>> 16;
  const low = finalise(b ^ Math.imul(a, 0x27d4eb2f));
  return high * 0x1_0000_0000 + low;
}

function round(state: number, unit: number): number {
  let k = Math.imul(unit, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const mixed = state ^ Math.imul(k, 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function finalise(state: number): number {
  let h = state;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
