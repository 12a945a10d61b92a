import type pg from 'pg';
import type { z } from 'zod';
import { eventDataSchemas } from '../../contract/event-data.js';
import type { FunnelKey, funnelSchema } from '../../contract/funnel.js';
import { SUFFICIENT } from '../../contract/order-analytics.js';
import type { SpanQuery } from '../../contract/span.js';
import { Problem } from '../../http/problem.js';
import { isOrderEventType, type OrderEventType } from '../../store/orders/order-event.js';
import { coverOrders } from '../../store/orders/order-grains.js';
import { readRollups } from '../../store/rollups/read-rollups.js';
import type { RollupMemory } from '../../store/rollups/rollup-memory.js';
import { type FunnelStep, getActionFunnel } from '../queries/get-action-funnel.js';
import { getOrderPathFunnel } from '../queries/get-order-path-funnel.js';
import { windowOf } from '../window.js';
import { shareOf } from './order-group.js';
import { orderWindow } from './order-window.js';

export interface FunnelQuery extends SpanQuery {
  steps: readonly string[];
  key: FunnelKey;
  within_minutes?: number | undefined;
}

/** Days whose rows one funnel over users or sessions may read: a busy week has millions. A rolling week is up to an hour longer. */
const MOST_DAYS = 7;
const LONGEST = MOST_DAYS * 86_400_000 + 3_600_000;

/** How many took the steps, one after the other. */
export async function answerFunnel(
  pool: pg.Pool,
  memory: RollupMemory,
  query: FunnelQuery,
  now: number,
): Promise<z.output<typeof funnelSchema>> {
  const steps = query.steps.map(readStep);
  const { fields, counts } =
    query.key === 'order'
      ? await ofOrders(pool, memory, query, steps, now)
      : await ofActions(pool, query, query.key, steps, now);
  const [first = 0] = counts;
  return {
    ...fields,
    key: query.key,
    within_minutes: query.within_minutes ?? null,
    insufficient: first < SUFFICIENT,
    steps: query.steps.map((step, index) => {
      const count = counts[index] ?? 0;
      const previous = counts[index - 1];
      return {
        step,
        count,
        dropped: previous === undefined ? 0 : previous - count,
        share_of_previous:
          first < SUFFICIENT || previous === undefined || previous === 0 ? null : count / previous,
        share_of_first: shareOf(count, first),
      };
    }),
  };
}

async function ofOrders(
  pool: pg.Pool,
  memory: RollupMemory,
  query: FunnelQuery,
  steps: readonly FunnelStep[],
  now: number,
) {
  if (query.within_minutes !== undefined)
    throw wrong(
      'within_minutes',
      'is for the keys user and session: orders are counted by the order of their events',
    );
  const types = steps.map(({ kind, type }, index): OrderEventType => {
    if (kind === 'event' && isOrderEventType(type)) return type;
    throw wrong(`steps[${index}]`, `${type} is no event of an order; ask by user or session`);
  });
  const { span, fields } = orderWindow(query, now);
  const counts = await readRollups(pool, memory, (pending, ask) =>
    getOrderPathFunnel(ask, types, span, coverOrders(span), pending.orders),
  );
  return { fields, counts };
}

async function ofActions(
  pool: pg.Pool,
  query: FunnelQuery,
  key: 'user' | 'session',
  steps: readonly FunnelStep[],
  now: number,
) {
  const event = steps.findIndex(({ kind }) => kind === 'event');
  if (key === 'session' && event >= 0)
    throw wrong(`steps[${event}]`, 'is an event, and events have no session; ask by user or order');
  const { timeframe, span } = windowOf(query, now, Number.NEGATIVE_INFINITY);
  if (span.to - span.from > LONGEST)
    throw wrong(
      query.to === undefined ? 'timeframe' : 'to',
      `a funnel by ${key} may span ${MOST_DAYS} days at most`,
    );
  const within = query.within_minutes === undefined ? undefined : query.within_minutes * 60_000;
  const counts = await getActionFunnel(pool, key, steps, span, within);
  const iso = (unixMs: number) => new Date(unixMs).toISOString();
  return { fields: { timeframe, from: iso(span.from), to: iso(span.to), timezone: query.timezone }, counts };
}

function readStep(text: string): FunnelStep {
  const [, prefix, type = ''] = /^(?:(action|event):)?(.+)$/s.exec(text) ?? [];
  const known = Object.hasOwn(eventDataSchemas, type);
  return { kind: prefix === undefined ? (known ? 'event' : 'action') : (prefix as FunnelStep['kind']), type };
}

const wrong = (path: string, message: string) =>
  new Problem('validation-failed', 'The question is not valid.', { errors: [{ path, message }] });
