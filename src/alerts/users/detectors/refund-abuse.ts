import { binomialTail, type Log10 } from '../../../analytics/behaviour/statistics/tails.js';
import { type Hit, show, type UserDetector } from '../detector.js';
import { addFading, type Fading, fadedTo } from '../fading.js';
import { RecentMap } from '../recent-map.js';
import type { WatchedEvent } from '../watched-row.js';

const RAISE_AT: Log10 = -5.3;
/** A month or so of orders. */
const SPAN = 30 * 86_400_000;
/** How many of everybody's orders are refunded just now: a kitchen fire, a wrong price. */
const RECENT = 6 * 3_600_000;
const LEAST_REFUNDS = 3;
/** Two in a hundred where nothing is known. */
const PRIOR_REFUNDED = 4;
const PRIOR_ORDERS = 200;
/** Some 400 bytes each: 40 MB, for a month of customers. */
const MOST_CUSTOMERS = 100_000;

interface Customer {
  orders: Fading;
  refunds: Fading;
  amount: Fading;
  /** The last orders that were refunded: a refund in parts is one. */
  refunded: string[];
  since: number;
  ids: string[];
}

/**
 * Refunds far beyond those that everybody gets: a binomial tail of the refunded among the customer's orders, at everybody's share of the month or of the last
 * hours, whichever is higher, so that one bad evening accuses nobody.
 */
export class RefundAbuse implements UserDetector {
  readonly name = 'refund_abuse';
  readonly sums = {
    orders: { value: 0, at: 0 },
    refunds: { value: 0, at: 0 },
    recentOrders: { value: 0, at: 0 },
    recentRefunds: { value: 0, at: 0 },
  };
  readonly #customers = new RecentMap<Customer>(MOST_CUSTOMERS);
  readonly tables = { customers: this.#customers };

  event(row: WatchedEvent): Hit | null {
    const { event_type, at, data, triggered_by } = row;
    if (event_type === 'order_placed') {
      const id = data.customer_id ?? triggered_by;
      addFading(this.sums.orders, 1, at, SPAN);
      addFading(this.sums.recentOrders, 1, at, RECENT);
      addFading(this.#customerOf(id, at).orders, 1, at, SPAN);
      return null;
    }
    if (event_type !== 'payment_refunded' || data.customer_id === null) return null;
    const order = row.order_id ?? row.entity_id;
    const customer = this.#customerOf(data.customer_id, at);
    addFading(customer.amount, data.amount ?? 0, at, SPAN);
    if (customer.refunded.includes(order)) return null;
    if (customer.refunded.length >= 20) customer.refunded.shift();
    customer.refunded.push(order);
    const share = this.#share(customer, at);
    addFading(this.sums.refunds, 1, at, SPAN);
    addFading(this.sums.recentRefunds, 1, at, RECENT);
    if (customer.refunds.value === 0) customer.since = at;
    addFading(customer.refunds, 1, at, SPAN);
    show(customer.ids, row.id);
    const refunds = fadedTo(customer.refunds, at, SPAN);
    if (refunds < LEAST_REFUNDS - 0.3) return null;
    const orders = Math.max(refunds, fadedTo(customer.orders, at, SPAN));
    const chance = binomialTail(refunds, orders, share);
    if (chance > RAISE_AT) return null;
    const { ids, since, amount } = customer;
    return {
      subject_kind: 'user_id',
      subject: data.customer_id,
      chance,
      reason: () =>
        `${Math.round(refunds)} of about ${Math.round(orders)} orders of the last month refunded, ${amount.value.toFixed(2)} in all; of everybody's orders ${(100 * share).toFixed(1)} % are`,
      evidence: [...ids],
      since,
    };
  }

  /** Of everybody else. */
  #share({ orders, refunds }: Customer, at: number): number {
    const others = Math.max(0, fadedTo(this.sums.orders, at, SPAN) - fadedTo(orders, at, SPAN));
    const refunded = Math.max(0, fadedTo(this.sums.refunds, at, SPAN) - fadedTo(refunds, at, SPAN));
    const month = (refunded + PRIOR_REFUNDED) / (Math.max(others, refunded) + PRIOR_ORDERS);
    const recent = fadedTo(this.sums.recentRefunds, at, RECENT);
    const recently =
      recent / (Math.max(recent, fadedTo(this.sums.recentOrders, at, RECENT)) + PRIOR_ORDERS / 4);
    return Math.min(0.9, Math.max(month, recently));
  }

  #customerOf(id: string, at: number): Customer {
    let customer = this.#customers.get(id);
    if (customer === undefined) {
      const none = () => ({ value: 0, at });
      customer = { orders: none(), refunds: none(), amount: none(), refunded: [], since: at, ids: [] };
      this.#customers.set(id, customer);
    }
    return customer;
  }
}
