import { MINUTE } from '../../demo/durations.js';
import type { Random } from '../../demo/random.js';

/** A method of the simulated platform. */
export interface Method {
  service: string;
  name: string;
  /** Calls a minute, over a week. */
  rate: number;
  /** Part of them that comes at any hour; the rest follows the day. */
  flat: number;
  /** Milliseconds that half of its calls stay under. */
  median: number;
  /** Part of its calls that fails as a rule. */
  failing: number;
  /** Whether it is called more when it rains and less on a holiday: what people do, not what runs by itself. */
  byPeople: boolean;
}

/** Calls a minute (over a week) and the median time: a platform of 9,000 orders a day, 1,500 calls a minute. */
const catalogue: Record<string, readonly [rate: number, median: number, flat?: number]> = {
  'authService.login': [9, 180],
  'authService.register': [1, 320],
  'authService.refreshSession': [60, 45, 0.2],
  'authService.requestPasswordReset': [0.4, 140],
  'authService.logout': [1.5, 30],
  'profileService.getProfile': [40, 55],
  'profileService.updateProfile': [1, 90],
  'profileService.listAddresses': [18, 40],
  'profileService.setFavourite': [3, 35],
  'searchService.searchRestaurants': [90, 140],
  'searchService.searchDishes': [30, 160],
  'searchService.suggest': [150, 35],
  'restaurantService.listNearby': [120, 120],
  'restaurantService.getRestaurant': [100, 60],
  'restaurantService.getOpeningHours': [20, 30],
  'restaurantService.setOpen': [0.3, 70],
  'menuService.getMenu': [110, 85],
  'menuService.getItemOptions': [60, 45],
  'menuService.setItemAvailability': [1, 75],
  'menuService.updatePrice': [0.5, 95, 0.5],
  'cartService.addItem': [40, 50],
  'cartService.removeItem': [8, 45],
  'cartService.getCart': [50, 40],
  'cartService.applyCoupon': [6, 90],
  'orderService.quote': [15, 130],
  'orderService.placeOrder': [7, 240],
  'orderService.getOrder': [60, 50],
  'orderService.listOrders': [10, 95],
  'orderService.acceptOrder': [6, 90],
  'orderService.startPreparing': [6, 60],
  'orderService.markReady': [6, 60],
  'orderService.cancelOrder': [0.5, 150],
  'paymentService.listMethods': [8, 70],
  'paymentService.authorize': [8, 420],
  'paymentService.getReceipt': [2, 60],
  'paymentService.refund': [0.2, 380],
  'paymentGateway.capture': [6, 310],
  'fraudService.scoreOrder': [7, 110],
  'deliveryService.acceptOffer': [8, 90],
  'deliveryService.arriveAtRestaurant': [6, 55],
  'deliveryService.confirmPickup': [6, 75],
  'deliveryService.confirmDelivery': [6, 95],
  'deliveryService.trackCourier': [90, 45],
  'dispatchService.matchCourier': [9, 260],
  'geoService.route': [30, 80],
  'geoService.reverseGeocode': [15, 60],
  'geoService.position': [240, 12, 0.05],
  'pushGateway.send': [36, 45, 0.05],
  'kitchenGateway.printTicket': [6, 60],
  'notificationService.listNotifications': [30, 45, 0.1],
  'notificationService.markRead': [18, 30, 0.1],
  'reviewService.listReviews': [15, 65],
  'reviewService.submitReview': [1, 110],
  'disputeService.openDispute': [0.15, 170],
  'adminService.viewDashboard': [2, 350, 0.3],
  'adminService.listUsers': [0.5, 210],
};

/** What runs by itself. */
const byMachines = new Set([
  'menuService.updatePrice',
  'adminService.viewDashboard',
  'adminService.listUsers',
]);

/** The platform's methods. How often each fails is the seed's: 0.5 to 5 %, logins 10 to 15 %, authorisations 4 to 8 %. `scale`: a part of all rates. */
export function methodsOf(random: Random, scale: number): Method[] {
  return Object.entries(catalogue).map(([full, [rate, median, flat = 0.02]]) => {
    const [service = '', name = ''] = full.split('.');
    const own = random.fork(full);
    const failing =
      name === 'login'
        ? own.between(0.1, 0.15)
        : name === 'authorize'
          ? own.between(0.04, 0.08)
          : Math.exp(own.between(Math.log(0.005), Math.log(0.05)));
    return { service, name, rate: rate * scale, flat, median, failing, byPeople: !byMachines.has(full) };
  });
}

/** How hungry Istanbul is, hour by hour from midnight there; some 1 over a day (as in demo/day-curve.ts). */
const hunger = [
  0.3, 0.15, 0.1, 0.05, 0.05, 0.1, 0.2, 0.4, 0.6, 0.6, 0.8, 1.4, 2.4, 2.2, 1.2, 0.8, 0.8, 1.2, 2.0, 2.9, 3.0,
  2.2, 1.3, 0.7,
];
const weekdays = [1.2, 0.85, 0.88, 0.9, 0.95, 1.12, 1.25];
const ISTANBUL = 180;

/** What the hour and the weekday make of a rate, at a Unix time in ms. */
export function appetite(at: number): number {
  const minutes = at / MINUTE + ISTANBUL;
  const hours = ((minutes / 60) % 24) - 0.5;
  const from = Math.floor(hours);
  const share = hours - from;
  const hour = (hunger[(from + 24) % 24] ?? 0) * (1 - share) + (hunger[(from + 25) % 24] ?? 0) * share;
  // 1 January 1970 was a Thursday.
  const day = (Math.floor(minutes / 1_440) + 4) % 7;
  return hour * (weekdays[day] ?? 1);
}
