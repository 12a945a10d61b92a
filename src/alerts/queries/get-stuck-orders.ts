import type pg from 'pg';
import type { ConditionOf } from '../../contract/alert-rule.js';
import { query } from '../../store/query.js';
import type { StuckOrder } from '../engine/world.js';

/** How long an order may be stuck, in ms: who has not said anything of it for a day will not. */
export const STUCK_AT_MOST = 86_400_000;
/** Orders that are looked at; a rule follows fewer. */
const MOST = 1_000;

/** States of an order that has reached one stage, and not yet another. */
const states = ['placed', 'accepted', 'preparing', 'ready', 'picked_up', 'delivered'];

const statesBetween = (after: string, without: string): string[] =>
  states.slice(states.indexOf(after), states.indexOf(without === 'courier_assigned' ? 'picked_up' : without));

/** Orders that reached a stage long enough before `at` (Unix ms) and have not reached the other: those that wait longest first. */
export function getStuckOrders(
  pool: pg.Pool,
  { after, without, minutes, restaurant_id }: ConditionOf<'stuck_order'>,
  at: number,
): Promise<StuckOrder[]> {
  const latest = at - minutes * 60_000;
  // An order is in its state since it reached the stage, or later: so far the index on (state, state_since) is read, and no further back.
  return query<StuckOrder>(pool, {
    name: `stuck orders ${after} ${without}`,
    text: `
      SELECT order_id, restaurant_id, extract(epoch FROM ${after}_at)::float8 * 1000 AS since
        FROM orders
       WHERE state = ANY($1::text[])
         AND state_since > to_timestamp($3::float8 / 1000)
         AND ${after}_at <= to_timestamp($2::float8 / 1000)
         AND ${after}_at > to_timestamp($3::float8 / 1000)
         AND ${without}_at IS NULL
         AND ($4::text IS NULL OR restaurant_id = $4)
       ORDER BY ${after}_at, order_id
       LIMIT ${MOST}`,
    values: [statesBetween(after, without), latest, latest - STUCK_AT_MOST, restaurant_id ?? null],
  });
}
