import { believed, type OrderLife } from './order-life.js';

/** In this order in a rollup's row: a name more goes to the end. */
export const amountNames = ['placed', 'captured', 'refunded', 'delivery_fee', 'tip'] as const;
export type AmountName = (typeof amountNames)[number];

/** Amounts by currency. */
export type Money = Map<string, Partial<Record<AmountName, number>>>;

/**
 * Amounts are added up as whole ten-thousandths: sums of doubles depend on their sequence, sums of integers do not, so what a delta adds another can
 * take back exactly. Four digits are the most that a currency of ISO 4217 has; up to 9·10^11 main units are exact.
 */
const UNITS = 10_000;
export const toUnits = (amount: number): number => Math.round(amount * UNITS);
export const fromUnits = (units: number): number => units / UNITS;

/** ISO 4217's code for «no currency»: where nobody said which. */
export const NO_CURRENCY = 'XXX';

/** What the money of an order comes to. */
export interface OrderMoney {
  currency: string | undefined;
  /** In units, all by currency. */
  sums: Money;
}

/**
 * Adds up an order's money. The amount and its currency are the first placing's; a capture that does not say how much is of the amount placed, such
 * a refund of all that is captured. Fee and tip are the first delivery's that names them: a second report of it pays nobody twice.
 */
export function moneyOf(life: OrderLife): OrderMoney {
  const placings = life.all('order_placed');
  const placed = believed(placings.filter(({ amount }) => amount !== undefined))[0];
  const currency =
    placed?.currency ?? believed(life.events.filter((event) => event.currency !== undefined))[0]?.currency;
  const sums: Money = new Map();
  const add = (name: AmountName, amount: number | undefined, own: string | undefined) => {
    if (amount === undefined) return;
    const of = own ?? currency ?? NO_CURRENCY;
    const held = sums.get(of) ?? {};
    held[name] = (held[name] ?? 0) + toUnits(amount);
    sums.set(of, held);
  };
  add('placed', placed?.amount, placed?.currency);
  for (const capture of life.all('payment_captured'))
    add('captured', capture.amount ?? placed?.amount, capture.currency);
  for (const refund of life.all('payment_refunded'))
    add(
      'refunded',
      refund.amount ?? leftOf(sums, refund.currency ?? currency ?? NO_CURRENCY),
      refund.currency,
    );
  for (const name of ['delivery_fee', 'tip'] as const) {
    const delivery = believed(life.all('order_delivered').filter((event) => event[name] !== undefined))[0];
    add(name, delivery?.[name], delivery?.currency);
  }
  return { currency, sums };
}

const leftOf = (sums: Money, currency: string): number => {
  const { captured = 0, refunded = 0 } = sums.get(currency) ?? {};
  return fromUnits(Math.max(0, captured - refunded));
};
