import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, type Timing } from '../../../src/alerts/engine/advance.js';
import { FLAP_MEMORY, type GroupState } from '../../../src/alerts/engine/group-state.js';
import type { Observation } from '../../../src/alerts/engine/observation.js';

const SECOND = 1_000;
const START = Date.UTC(2026, 10, 2);
const group = { service_name: 'paymentService' };
const seen = (breached: boolean, value: number | null = breached ? 9 : 1): Observation => ({
  group,
  breached,
  value,
  threshold: 5,
  unit: '%',
  summary: () => 'seen',
});
const timing = (change: Partial<Timing> = {}): Timing => ({
  for_seconds: 0,
  resolve_after_seconds: 0,
  cooldown_seconds: 0,
  ...change,
});

/** Looks every `step` seconds: `+` holds, `-` does not, `.` is not observed. Returns what happened, as second and what. */
function run(looks: string, of: Timing, step = 10) {
  const happened: [second: number, what: string][] = [];
  const states: (GroupState | undefined)[] = [];
  let state: GroupState | undefined;
  [...looks].forEach((look, index) => {
    const at = START + index * step * SECOND;
    const next = advance(state, look === '.' ? undefined : seen(look === '+'), of, at);
    state = next.state;
    states.push(state);
    if (next.transition) happened.push([index * step, next.transition]);
  });
  return { happened, states, last: states.at(-1) };
}

describe('a group of a rule', () => {
  it('fires at once and resolves at once where nothing is to be waited for', () => {
    expect(run('-+-', timing()).happened).toEqual([
      [10, 'fired'],
      [20, 'resolved'],
    ]);
  });

  it('of which nothing was ever wrong has no state', () => {
    expect(run('--.-', timing()).states).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('fires when the condition has held for as long as the rule says, not a look earlier', () => {
    expect(run('+++++', timing({ for_seconds: 30 })).happened).toEqual([[30, 'fired']]);
    expect(run('+++', timing({ for_seconds: 30 })).happened).toEqual([]);
  });

  it('begins to wait anew when the condition does not hold once', () => {
    expect(run('+++-+++-++++', timing({ for_seconds: 30 })).happened).toEqual([[110, 'fired']]);
  });

  it('says since when the condition held, not since when it fired', () => {
    const { states } = run('-++++', timing({ for_seconds: 30 }));
    expect(states[4]).toMatchObject({ status: 'firing', since: START + 10 * SECOND });
  });

  it('is pending no more, and forgotten, when it is well before it fired', () => {
    expect(run('++-', timing({ for_seconds: 60 })).last).toBeUndefined();
  });

  it('is resolved only after it was well for as long as the rule says', () => {
    expect(run('+------', timing({ resolve_after_seconds: 30 })).happened).toEqual([
      [0, 'fired'],
      [40, 'resolved'],
    ]);
  });

  it('goes on firing, as the same firing, when the condition holds again before that', () => {
    const { happened, states } = run('+--+--+', timing({ resolve_after_seconds: 30 }));
    expect(happened).toEqual([[0, 'fired']]);
    expect(states[2]?.clear_since).toBe(START + 10 * SECOND);
    expect(states[3]?.clear_since).toBeNull();
  });

  it('that can no longer be judged counts as well', () => {
    expect(run('+...', timing({ resolve_after_seconds: 20 })).happened).toEqual([
      [0, 'fired'],
      [30, 'resolved'],
    ]);
    expect(run('++.++', timing({ for_seconds: 20 })).happened).toEqual([]);
  });

  it('does not fire again before its cooldown is over, and then at once', () => {
    expect(run('+-+++++++', timing({ cooldown_seconds: 50 })).happened).toEqual([
      [0, 'fired'],
      [10, 'resolved'],
      [60, 'fired'],
    ]);
  });

  it('that is well again before its cooldown is over does not fire', () => {
    expect(run('+-+++-', timing({ cooldown_seconds: 50 })).happened).toHaveLength(2);
  });

  it('that flaps is resolved four times as late, and after ten minutes at least', () => {
    const flapping = run(`+-+-+${'-'.repeat(70)}`, timing());
    expect(flapping.happened).toEqual([
      [0, 'fired'],
      [10, 'resolved'],
      [20, 'fired'],
      [30, 'resolved'],
      [40, 'fired'],
      [650, 'resolved'],
    ]);
    const slow = timing({ resolve_after_seconds: 300 });
    const times = run(`${`+${'-'.repeat(31)}`.repeat(3)}${'-'.repeat(100)}`, slow).happened;
    // Third firing at 640 s, well from 650 s on: 1,200 s instead of 300.
    expect(times.at(-1)).toEqual([1_850, 'resolved']);
  });

  it('flaps no more once its firings are an hour old', () => {
    const flapped = run('+-+-', timing()).last;
    const later = START + FLAP_MEMORY + 60 * SECOND;
    const fired = advance(flapped, seen(true), timing(), later);
    expect(fired.state?.fired).toEqual([later]);
    expect(advance(fired.state, seen(false), timing(), later + SECOND).transition).toBe('resolved');
  });

  it('that is well is forgotten when neither its firings nor its cooldown matter any more', () => {
    const resolved = run('+-', timing({ cooldown_seconds: 7_200 })).last;
    expect(resolved).toMatchObject({ status: 'ok', values: [] });
    const hour = advance(resolved, undefined, timing({ cooldown_seconds: 7_200 }), START + FLAP_MEMORY);
    expect(hour.state).toMatchObject({ status: 'ok', fired: [] });
    const end = START + 7_210 * SECOND;
    expect(advance(hour.state, undefined, timing({ cooldown_seconds: 7_200 }), end).state).toBeUndefined();
  });

  it('keeps one value a minute, the last twenty, and none that is null', () => {
    const { last } = run('+'.repeat(6 * 30), timing());
    expect(last?.values).toHaveLength(20);
    const times = last?.values.map(([time]) => time) ?? [];
    expect(times.slice(1).every((time, index) => time - (times[index] ?? 0) === 60 * SECOND)).toBe(true);
    expect(advance(undefined, seen(true, null), timing(), START).state?.values).toEqual([]);
  });

  it('begins its values anew with each firing', () => {
    const { states } = run('+-+', timing());
    expect(states[2]?.values).toEqual([[START + 20 * SECOND, 9]]);
  });

  it('that stays as it is gives the very state back, so that nothing is written', () => {
    for (const looks of ['++', '+-', '+--', '+', '-']) {
      const of = timing({ resolve_after_seconds: 600, for_seconds: looks === '+' ? 600 : 0 });
      const { last } = run(looks, of);
      const look = looks.endsWith('+') ? seen(true) : undefined;
      const next = advance(last, look, of, START + (looks.length * 10 + 1) * SECOND);
      if (looks === '+-') expect(next.state).toEqual(last);
      expect(next.state).toBe(last);
    }
    const well = run('+-', timing()).last;
    expect(advance(well, undefined, timing(), START + 60 * SECOND).state).toBe(well);
  });
});

describe('any sequence of looks', () => {
  const looks = fc
    .array(fc.constantFrom('+', '+', '-', '.'), { maxLength: 400 })
    .map((list) => list.join(''));
  const anyTiming = fc.record({
    for_seconds: fc.nat(90),
    resolve_after_seconds: fc.nat(90),
    cooldown_seconds: fc.nat(200),
  });

  it('fires and resolves by turns', () => {
    fc.assert(
      fc.property(looks, anyTiming, (sequence, of) => {
        const { happened } = run(sequence, of);
        happened.forEach(([, what], index) => {
          expect(what).toBe(index % 2 === 0 ? 'fired' : 'resolved');
        });
      }),
    );
  });

  it('fires only where the condition held all the time that it must, resolves only where it did not', () => {
    fc.assert(
      fc.property(looks, anyTiming, (sequence, of) => {
        const { happened } = run(sequence, of);
        for (const [second, what] of happened) {
          const wanted = what === 'fired' ? of.for_seconds : of.resolve_after_seconds;
          const from = Math.floor((second - wanted) / 10);
          const part = sequence.slice(Math.max(0, Math.ceil((second - wanted) / 10)), second / 10 + 1);
          expect(from).toBeGreaterThanOrEqual(0);
          expect([...part].every((look) => (look === '+') === (what === 'fired'))).toBe(true);
        }
      }),
    );
  });

  it('leaves the cooldown between a resolve and the next firing', () => {
    fc.assert(
      fc.property(looks, anyTiming, (sequence, of) => {
        const { happened } = run(sequence, of);
        happened.forEach(([second, what], index) => {
          const before = happened[index - 1];
          if (what === 'fired' && before)
            expect(second - before[0]).toBeGreaterThanOrEqual(of.cooldown_seconds);
        });
      }),
    );
  });

  it('gives the same when it is played again', () => {
    fc.assert(
      fc.property(looks, anyTiming, (sequence, of) => {
        expect(run(sequence, of)).toEqual(run(sequence, of));
      }),
      { numRuns: 30 },
    );
  });
});
