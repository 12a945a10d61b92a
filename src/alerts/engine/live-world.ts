import type pg from 'pg';
import { getStuckOrders } from '../queries/get-stuck-orders.js';
import type { ActiveFinding, SystemFigure, World } from './world.js';

/** What the engine asks others; each is asked once a step, however many rules look. Times are Unix ms. */
export interface LiveSources {
  findings: (at: number) => Promise<readonly ActiveFinding[]>;
  figures: (at: number) => Promise<readonly SystemFigure[]>;
}

/** The world as it is now. */
export function liveWorld(pool: pg.Pool, { findings, figures }: LiveSources): World {
  return {
    stuckOrders: (condition, at) => getStuckOrders(pool, condition, at),
    findings: oncePerTime(findings),
    figures: oncePerTime(figures),
  };
}

function oncePerTime<T>(ask: (at: number) => Promise<T>): (at: number) => Promise<T> {
  let last: { at: number; answer: Promise<T> } | undefined;
  return (at) => {
    if (last?.at !== at) {
      const asked = { at, answer: ask(at) };
      // What failed is asked again by the next rule.
      asked.answer.catch(() => {
        if (last === asked) last = undefined;
      });
      last = asked;
    }
    return last.answer;
  };
}
