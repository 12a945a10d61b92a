import { addTally, type OrderDelta } from './order-delta.js';

/** Adds a delta to another, in place. Commutes, as adding does. */
export function mergeOrderDelta(into: OrderDelta, from: OrderDelta): void {
  for (const [key, tally] of Object.entries(from.tallies ?? {})) {
    into.tallies ??= {};
    const held = into.tallies[key] ?? {};
    addTally(held, tally);
    if (Object.keys(held).length === 0) delete into.tallies[key];
    else into.tallies[key] = held;
  }
  if (!from.paths) return;
  into.paths ??= {};
  addTally(into.paths, from.paths);
}

export const isEmptyOrderDelta = ({ tallies = {}, paths = {} }: OrderDelta): boolean =>
  Object.keys(tallies).length === 0 && Object.keys(paths).length === 0;
