import type { Fields } from '../item.js';
import type { Facts } from '../order.js';

/** What the apps may call, and what goes in and comes out. */
export interface Method {
  /** Milliseconds that half of the calls stay under. */
  median: number;
  parameters(facts: Facts): Fields;
  response(facts: Facts): Fields;
  /** How it fails, beside what can happen to any call. */
  errors?: readonly ((facts: Facts) => string)[];
}

export type Methods = Record<`${string}.${string}`, Method>;
