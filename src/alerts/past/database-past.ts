import type pg from 'pg';
import type { Past } from '../engine/replay.js';
import type { Rule } from '../engine/rule.js';
import type { ActiveFinding, SystemFigure } from '../engine/world.js';
import { getOrderTimes } from '../queries/get-order-times.js';
import { OrderPast } from './order-past.js';
import { SpanPast } from './span-past.js';

/** Something that was so from one time to another, Unix ms. */
export interface During<T> {
  from: number;
  to: number;
  what: T;
}

/** How the past is read; times are Unix ms. */
export interface PastSources {
  minutes: Past['minutes'];
  /** Findings about users, each from when on and until when it was active. */
  findingsDuring: (from: number, to: number) => Promise<During<ActiveFinding>[]>;
  /** Figures of the service about itself, each for as long as it was the newest. */
  figuresDuring: (from: number, to: number) => Promise<During<SystemFigure>[]>;
}

/** Reads of the past what some rules look at, once. */
export async function databasePast(
  pool: pg.Pool,
  sources: PastSources,
  rules: readonly Rule[],
  from: number,
  to: number,
): Promise<Past> {
  const kinds = new Set(rules.map(({ condition }) => condition.kind));
  const orders = new OrderPast(kinds.has('stuck_order') ? await getOrderTimes(pool, from, to) : []);
  const findings = new SpanPast(kinds.has('unusual_user') ? await sources.findingsDuring(from, to) : []);
  const figures = new SpanPast(kinds.has('system') ? await sources.figuresDuring(from, to) : []);
  return {
    minutes: sources.minutes,
    world: {
      stuckOrders: (condition, at) => orders.stuckOrders(condition, at),
      findings: (at) => findings.at(at),
      figures: (at) => figures.at(at),
    },
  };
}
