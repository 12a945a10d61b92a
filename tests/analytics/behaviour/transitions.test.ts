import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transitions } from '../../../src/analytics/behaviour/transitions.js';
import { MINUTE, makeAction, NOON } from './make-action.js';

const at = (minute: number, action_type: string, session_id: string | null = null) =>
  makeAction(NOON + minute * MINUTE, { action_type, session_id });

describe('transitions', () => {
  it('count what follows what, as a share of all that followed', () => {
    const visit = ['search', 'browse', 'search', 'order', 'search', 'browse'];
    expect(transitions(visit.map((type, minute) => at(minute, type)))).toEqual([
      { from: 'search', to: 'browse', count: 2, probability: 2 / 3 },
      { from: 'browse', to: 'search', count: 1, probability: 1 },
      { from: 'order', to: 'search', count: 1, probability: 1 },
      { from: 'search', to: 'order', count: 1, probability: 1 / 3 },
    ]);
  });

  it('end where a session does: at a pause of 30 minutes, or where another session is named', () => {
    expect(transitions([at(0, 'a'), at(30, 'b')])).toEqual([]);
    expect(transitions([at(0, 'a'), at(29.9, 'b')])).toHaveLength(1);
    expect(transitions([at(0, 'a', 's1'), at(1, 'b', 's2')])).toEqual([]);
    expect(transitions([at(0, 'a', 's1'), at(1, 'b', null)])).toHaveLength(1);
  });

  it('have probabilities that sum to 1 at most, and exactly where all are listed', () => {
    const types = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 200 });
    fc.assert(
      fc.property(types, (made) => {
        const found = transitions(made.map((type, minute) => at(minute, type)));
        expect(found.length).toBeLessThanOrEqual(20);
        const sums = new Map<string, number>();
        for (const { from, probability } of found) sums.set(from, (sums.get(from) ?? 0) + probability);
        for (const total of sums.values()) {
          if (found.length < 20) expect(total).toBeCloseTo(1, 9);
          else expect(total).toBeLessThan(1 + 1e-9);
        }
        if (found.length < 20) {
          expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(Math.max(0, made.length - 1));
        }
      }),
    );
  });
});
