import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HyperLogLog, REGISTERS } from '../../../src/store/rollups/hyper-log-log.js';

type Registers = Map<number, number>;

/** A rest of 32 bits whose rank is this: so many leading zeros and one more. */
const restOf = (rank: number): number => (rank === 33 ? 0 : (0x8000_0000 >>> (rank - 1)) >>> 0);
const sketchOf = (registers: Registers): HyperLogLog => {
  const sketch = new HyperLogLog();
  for (const [register, rank] of registers) sketch.add(register, restOf(rank));
  return sketch;
};
/** What the stored form says of each register that is not 0. */
function readRegisters(bytes: Buffer): Registers {
  const registers: Registers = new Map();
  for (let register = 0; register < REGISTERS; register += 1) {
    const rank = ((bytes[register >>> 1] ?? 0) >>> ((register & 1) * 4)) & 15;
    if (rank > 0) registers.set(register, rank);
  }
  for (let at = REGISTERS / 2; at < bytes.length; at += 3) {
    expect(registers.get(bytes.readUInt16LE(at))).toBe(15);
    registers.set(bytes.readUInt16LE(at), bytes[at + 2] ?? 0);
  }
  return registers;
}
const sorted = (registers: Registers) => [...registers].sort(([a], [b]) => a - b);

/** Few registers, so that two sketches meet in words; ranks around the 15 from which they stand in the list of high ones. */
const registersOf = fc
  .array(
    fc.tuple(
      fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: REGISTERS - 9, max: REGISTERS - 1 })),
      fc.oneof(fc.integer({ min: 1, max: 33 }), fc.integer({ min: 13, max: 17 })),
    ),
    { maxLength: 80 },
  )
  .map((entries) => {
    const registers: Registers = new Map();
    for (const [register, rank] of entries)
      registers.set(register, Math.max(rank, registers.get(register) ?? 0));
    return registers;
  });

describe('a HyperLogLog', () => {
  it('keeps the highest rank of each register, and tells whether it rose', () => {
    const additions = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 33 })));
    fc.assert(
      fc.property(additions, (list) => {
        const sketch = new HyperLogLog();
        const expected: Registers = new Map();
        for (const [register, rank] of list) {
          const before = expected.get(register) ?? 0;
          expect(sketch.add(register, restOf(rank))).toBe(rank > before);
          expected.set(register, Math.max(rank, before));
        }
        expect(sorted(readRegisters(sketch.toBytes()))).toEqual(sorted(expected));
      }),
      { numRuns: 60 },
    );
  });

  it('unites word by word to the maximum of each register, and tells whether any rose', () => {
    fc.assert(
      fc.property(registersOf, registersOf, (a, b) => {
        const sketch = sketchOf(a);
        const rose = sketch.unite(sketchOf(b));
        const expected: Registers = new Map(a);
        for (const [register, rank] of b) expected.set(register, Math.max(rank, expected.get(register) ?? 0));
        expect(sorted(readRegisters(sketch.toBytes()))).toEqual(sorted(expected));
        expect(rose).toBe([...b].some(([register, rank]) => rank > (a.get(register) ?? 0)));
        expect(sketch.estimate()).toBe(sketchOf(expected).estimate());
      }),
      { numRuns: 100 },
    );
  });

  it('comes back the same from its bytes, of which it keeps its own copy', () => {
    fc.assert(
      fc.property(registersOf, (registers) => {
        const bytes = sketchOf(registers).toBytes();
        const copy = HyperLogLog.fromBytes(bytes);
        const before = Buffer.from(bytes);
        copy.add(5, restOf(33));
        expect(bytes.equals(before)).toBe(true);
        expect(sorted(readRegisters(HyperLogLog.fromBytes(bytes).toBytes()))).toEqual(sorted(registers));
      }),
      { numRuns: 40 },
    );
  });

  it('estimates small numbers nearly exactly', () => {
    expect(new HyperLogLog().estimate()).toBe(0);
    for (const many of [1, 10, 100]) {
      const sketch = new HyperLogLog();
      for (let at = 0; at < many; at += 1) sketch.add(at * 97, restOf(1 + (at % 3)));
      expect(sketch.estimate()).toBe(many);
    }
  });
});
