import type { Fields } from '../item.js';
import type { Facts } from '../order.js';
import type { Script } from '../script.js';

/** Writes the business events of one order and its payment, which all say whose order it is. */
export class OrderEvents {
  readonly #script: Script;
  readonly #facts: Facts;

  constructor(script: Script, facts: Facts) {
    this.#script = script;
    this.#facts = facts;
  }

  order(at: number, type: string, by: string, data: Fields = {}, planted?: string): void {
    const { order, customer, restaurant } = this.#facts;
    const parties = { order_id: order.id, customer_id: customer.id, restaurant_id: restaurant.id };
    this.#script.event(at, type, { type: 'order', id: order.id }, by, { ...parties, ...data }, planted);
  }

  payment(at: number, type: string, data: Fields = {}, planted?: string): void {
    const { order, customer, restaurant } = this.#facts;
    const { id: order_id, paymentId: payment_id, amount, method } = order;
    const parties = { order_id, customer_id: customer.id, restaurant_id: restaurant.id };
    const money = { payment_id, amount, currency: 'TRY', method };
    this.#script.event(
      at,
      type,
      { type: 'payment', id: payment_id },
      'paymentService',
      { ...parties, ...money, ...data },
      planted,
    );
  }
}
