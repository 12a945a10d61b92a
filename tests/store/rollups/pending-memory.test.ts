import { describe, expect, it } from 'vitest';
import { writeDelta } from '../../../src/store/rollups/delta-json.js';
import { PendingMemory } from '../../../src/store/rollups/pending-memory.js';
import { RollupDelta } from '../../../src/store/rollups/rollup-delta.js';
import { randomFrom } from '../../helpers/simulate-orders.js';
import { canonical } from './canonical-delta.js';
import { randomRows } from './random-rows.js';

const NOW = Date.UTC(2026, 10, 25, 12);

/** Deltas of some flushes, as they come out of the database. */
const deltas = Array.from({ length: 40 }, (_, index) => {
  const rows = randomRows({ random: randomFrom(index + 1), count: 5, now: NOW, lateMs: 600_000 });
  return JSON.parse(writeDelta(RollupDelta.of(rows))) as unknown;
});
const sumOf = (seqs: readonly number[]) => {
  const memory = new PendingMemory();
  const sum = memory.take(
    'fresh',
    seqs.map((seq) => [seq, deltas[seq]] as const),
  );
  return sum && canonical(sum);
};
/** As the database answers: what is known is not sent. */
const ask = (memory: PendingMemory, version: string, seqs: readonly number[]) => {
  const known = new Set(memory.known);
  const sum = memory.take(
    version,
    seqs.map((seq) => [seq, known.has(seq) ? null : deltas[seq]] as const),
  );
  return sum && canonical(sum);
};

describe('what waits to be folded', () => {
  it('is read once each, in whatever order it was committed', () => {
    const memory = new PendingMemory();
    expect(ask(memory, '7', [])).toEqual([]);
    expect(ask(memory, '7', [3, 5])).toEqual(sumOf([3, 5]));
    // Number 4 was given before 5, and committed after it.
    expect(ask(memory, '7', [3, 4, 5, 6])).toEqual(sumOf([3, 4, 5, 6]));
    expect(memory.known.sort()).toEqual([3, 4, 5, 6]);
  });

  it('begins anew after a fold, and is asked for again where it was taken for known', () => {
    const memory = new PendingMemory();
    ask(memory, '7', [1, 2, 3]);
    expect(ask(memory, '8', [4, 5])).toEqual(sumOf([4, 5]));
    // A fold takes the oldest 2,000 only: what is left was known.
    expect(ask(memory, '9', [5, 6])).toBeUndefined();
    expect(ask(memory, '9', [5, 6])).toEqual(sumOf([5, 6]));
  });

  it('counts what two questions brought at the same time once', () => {
    const memory = new PendingMemory();
    const both = [1, 2].map((seq) => [seq, deltas[seq]] as const);
    memory.take('7', both);
    const sum = memory.take('7', both);
    expect(sum && canonical(sum)).toEqual(sumOf([1, 2]));
  });
});
