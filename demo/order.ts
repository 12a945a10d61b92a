import type { Random } from './random.js';
import type { Actor, Courier, Dish, Restaurant } from './world.js';

export interface OrderLine extends Dish {
  quantity: number;
}

/** An order, or what may become one: a basket has its numbers from the beginning. */
export interface Order {
  id: string;
  paymentId: string;
  lines: readonly OrderLine[];
  amount: number;
  deliveryFee: number;
  method: string;
}

/** Whom and what a call is about; each method takes from it what it needs. */
export interface Facts {
  random: Random;
  customer: Actor;
  restaurant: Restaurant;
  courier: Courier;
  order: Order;
}

/** `run` tells the orders of this run from those of another on the same server. */
export function createOrder(random: Random, restaurant: Restaurant, run: string, number: number): Order {
  const lines = Array.from({ length: random.int(1, 4) }, () => ({
    ...random.pick(restaurant.menu),
    quantity: random.pick([1, 1, 1, 2, 2, 3]),
  }));
  const deliveryFee = random.pick([0, 14.9, 19.9, 24.9, 29.9]);
  const sum = lines.reduce((total, { price, quantity }) => total + price * quantity, deliveryFee);
  return {
    id: `o_${run}_${number}`,
    paymentId: `p_${run}_${number}`,
    lines,
    amount: money(sum),
    deliveryFee,
    method: random.pick(['card', 'card', 'card', 'wallet', 'meal_card']),
  };
}

/** Lira and whole kuruş. */
export const money = (amount: number): number => Math.round(amount * 100) / 100;
