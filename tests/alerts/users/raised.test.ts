import { describe, expect, it } from 'vitest';
import type { Hit } from '../../../src/alerts/users/detector.js';
import { Raised } from '../../../src/alerts/users/raised.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5, 12);

const hit = (subject = 'u_1'): Hit => ({
  ...{ subject_kind: 'user_id', subject, chance: -7, evidence: [], since: START },
  reason: () => 'much',
});

describe('what is seen again and again', () => {
  it('is told at once, and again every 5 minutes', () => {
    const raised = new Raised();
    const told: number[] = [];
    for (let minute = 0; minute <= 12; minute += 1) {
      const finding = raised.tell('burst', hit(), 0.8, START + minute * MINUTE);
      if (finding) told.push(minute);
    }
    expect(told).toEqual([0, 5, 10]);
  });

  it('is told sooner when it gets much worse, with the highest score so far', () => {
    const raised = new Raised();
    raised.tell('burst', hit(), 0.8, START);
    expect(raised.tell('burst', hit(), 0.9, START + MINUTE)).toBeNull();
    expect(raised.tell('burst', hit(), 0.96, START + 2 * MINUTE)).toMatchObject({ score: 0.96, times: 2 });
    expect(raised.tell('burst', hit(), 0.8, START + 10 * MINUTE)).toMatchObject({ score: 0.96, times: 3 });
  });

  it('is one finding until there was a pause of more than half an hour', () => {
    const raised = new Raised();
    raised.tell('burst', hit(), 0.8, START);
    expect(raised.tell('burst', hit(), 0.8, START + 30 * MINUTE)).toMatchObject({ first_at: START });
    const later = START + 61 * MINUTE;
    expect(raised.tell('burst', hit(), 0.8, later)).toMatchObject({ first_at: later, times: 1 });
  });

  it('is one finding for each detector and subject', () => {
    const raised = new Raised();
    raised.tell('burst', hit(), 0.8, START);
    expect(raised.tell('scraping', hit(), 0.8, START + 1)).toMatchObject({ first_at: START + 1 });
    expect(raised.tell('burst', hit('u_2'), 0.8, START + 2)).toMatchObject({ first_at: START + 2 });
  });

  it('does not run backwards for a row that comes late', () => {
    const raised = new Raised();
    raised.tell('burst', hit(), 0.8, START);
    raised.tell('burst', hit(), 0.8, START + 6 * MINUTE);
    expect(raised.tell('burst', hit(), 0.99, START + MINUTE)).toMatchObject({ at: START + 6 * MINUTE });
  });
});
