import { DAY } from './durations.js';
import type { Clock } from './plan-clock.js';

export interface OrderWishes {
  ordersPerMinute: number;
  seconds: number;
  historyDays: number;
  historyOrders: number;
}

/** In real time the orders under way would be thousands: enough for each courier to have some is enough. */
const MOST_UNDER_WAY = 200;

/** How many orders to expect before and while the run lasts. Without a history, what was under way came at the run's own rate. */
export function expectedOrders(
  { ordersPerMinute, seconds, historyDays, historyOrders }: OrderWishes,
  { liveFrom, span }: Pick<Clock, 'liveFrom' | 'span'>,
): { history: number; live: number } {
  const live = (ordersPerMinute * seconds) / 60;
  const sameRate = Math.min((live * liveFrom) / (span - liveFrom), MOST_UNDER_WAY);
  return { live, history: historyDays > 0 ? (historyOrders * liveFrom) / DAY : sameRate };
}
