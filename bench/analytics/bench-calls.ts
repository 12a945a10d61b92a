import type { Random } from './random.js';

/** One method of the app's services, how often it is called, and what its calls look like. */
export interface BenchCall {
  service_name: string;
  method_name: string;
  /** Against the others of the same user type. */
  weight: number;
  /** Median of the execution time in ms. */
  median: number;
  /** Share of its calls that fail. */
  failing: number;
  payload: Payload;
}

/** The JSON of parameters and response_data of a call, 200 to 500 bytes in all. No text needs escaping, in JSON or in COPY. */
type Payload = (random: Random, userId: string) => readonly [parameters: string, response: string];

const dishes = [
  'Adana kebap',
  'Lahmacun',
  'Mercimek corbasi',
  'Margherita',
  'Ayran',
  'Kunefe',
  'Sushi set',
  'Falafel',
];
const districts = ['Kadikoy', 'Besiktas', 'Sisli', 'Uskudar', 'Bakirkoy', 'Beyoglu', 'Atasehir', 'Sariyer'];
const names = [
  'Ocakbasi',
  'Pide Salonu',
  'Green Bowl',
  'Trattoria',
  'Wok Express',
  'Burger Lab',
  'Kahvalti Evi',
];
const states = ['placed', 'accepted', 'preparing', 'ready', 'picked_up', 'delivered'];
const of = (random: Random, values: readonly string[]): string => values[random.below(values.length)] ?? '';
const price = (random: Random): string => (random.between(400, 9_900) / 20).toFixed(2);
const restaurant = (random: Random): string => `r_${random.between(1, 3_000)}`;
const order = (random: Random): string => `o_${random.between(1, 999_999)}`;
const place = (random: Random): string =>
  `"latitude":${(40.9 + random.next() / 5).toFixed(6)},"longitude":${(28.8 + random.next() / 2).toFixed(6)}`;
const item = (random: Random): string =>
  `{"id":"m_${random.between(1, 40_000)}","name":"${of(random, dishes)}","quantity":${random.between(1, 3)},"price":${price(random)}}`;
const repeat = (count: number, make: () => string): string => Array.from({ length: count }, make).join(',');

const basket: Payload = (random) => [
  `{"restaurant_id":"${restaurant(random)}","items":[${repeat(random.between(2, 3), () => item(random))}],"address":{"city":"Istanbul","district":"${of(random, districts)}"}}`,
  `{"order_id":"${order(random)}","status":"placed","total":${price(random)},"eta_minutes":${random.between(18, 55)}}`,
];
const oneItem: Payload = (random) => [
  `{"restaurant_id":"${restaurant(random)}","item":${item(random)},"options":{"note":"${of(random, ['', 'no onions', 'extra sauce', 'cut in half'])}"}}`,
  `{"cart_id":"c_${random.between(1, 900_000)}","count":${random.between(1, 9)},"subtotal":${price(random)},"currency":"TRY"}`,
];
const listing: Payload = (random) => [
  `{"query":"${of(random, dishes)}","filters":{"district":"${of(random, districts)}","open_now":true,"min_rating":${random.between(30, 45) / 10}},"page":${random.between(1, 5)}}`,
  `{"total":${random.between(3, 240)},"results":[${repeat(random.between(2, 4), () => `{"id":"${restaurant(random)}","name":"${of(random, names)}","rating":${random.between(30, 50) / 10}}`)}]}`,
];
const lookup: Payload = (random, userId) => [
  `{"id":"${order(random)}","include":["items","restaurant","courier"],"requested_by":"${userId}"}`,
  `{"id":"${order(random)}","status":"${of(random, states)}","restaurant":{"id":"${restaurant(random)}","name":"${of(random, names)}"},"total":${price(random)},"currency":"TRY","placed_minutes_ago":${random.between(1, 90)}}`,
];
const location: Payload = (random) => [
  `{"delivery_id":"d_${random.between(1, 900_000)}","position":{${place(random)},"accuracy":${random.between(4, 40)}},"speed":${random.between(0, 480) / 10},"heading":${random.between(0, 359)}}`,
  `{"accepted":true,"eta_minutes":${random.between(1, 40)},"next_stop":{${place(random)},"district":"${of(random, districts)}"}}`,
];
const money: Payload = (random) => [
  `{"order_id":"${order(random)}","amount":${price(random)},"currency":"TRY","method":"${of(random, ['credit', 'wallet', 'cash'])}","installments":1,"save_method":false}`,
  `{"payment_id":"p_${random.between(1, 9_999_999)}","status":"authorized","provider":"iyzico","fee":${price(random)},"risk":{"score":${random.between(0, 99)},"review":false}}`,
];
const change: Payload = (random, userId) => [
  `{"user_id":"${userId}","changes":{"language":"${of(random, ['tr', 'en', 'de'])}","marketing":${random.next() < 0.5},"default_address":{"district":"${of(random, districts)}",${place(random)}}}}`,
  `{"user_id":"${userId}","updated":["language","marketing","default_address"],"version":${random.between(1, 60)}}`,
];
const status: Payload = (random) => [
  `{"order_id":"${order(random)}","from":"${of(random, states)}","to":"${of(random, states)}","preparation_minutes":${random.between(5, 45)},"station":"kitchen-${random.between(1, 4)}"}`,
  `{"order_id":"${order(random)}","status":"${of(random, states)}","queue_length":${random.between(0, 25)},"notified":["customer","courier"]}`,
];
const review: Payload = (random) => [
  `{"order_id":"${order(random)}","rating":${random.between(1, 5)},"tags":["${of(random, ['hot', 'late', 'tasty', 'cold'])}","${of(random, ['friendly', 'generous', 'small'])}"],"comment":"${of(random, ['Very good, thank you', 'Came late but was still warm', 'Would order again', 'Portions have become smaller'])}"}`,
  `{"review_id":"v_${random.between(1, 900_000)}","published":true,"restaurant":{"id":"${restaurant(random)}","rating":${random.between(30, 50) / 10}}}`,
];

type Methods = Record<string, readonly [weight: number, median: number, payload: Payload]>;
const service = (service_name: string, failing: number, methods: Methods): BenchCall[] =>
  Object.entries(methods).map(([method_name, [weight, median, payload]]) => ({
    service_name,
    method_name,
    weight,
    median,
    failing,
    payload,
  }));

/** 12 services, 48 methods. The thirteenth is {@link rareCall}. */
const all: BenchCall[] = [
  ...service('restaurantService', 0.035, {
    listRestaurants: [150, 85, listing],
    getRestaurant: [110, 45, lookup],
    getOpeningHours: [25, 20, lookup],
    setOpeningHours: [4, 60, change],
    getRestaurantStats: [8, 180, lookup],
  }),
  ...service('menuService', 0.035, {
    getMenu: [120, 60, listing],
    getMenuItem: [70, 25, lookup],
    updateMenuItem: [5, 70, oneItem],
    setAvailability: [6, 40, change],
  }),
  ...service('searchService', 0.05, {
    search: [90, 140, listing],
    suggest: [80, 35, listing],
    getTrending: [20, 55, listing],
  }),
  ...service('cartService', 0.04, {
    addItem: [75, 40, oneItem],
    removeItem: [20, 35, oneItem],
    getCart: [60, 30, lookup],
    applyCoupon: [12, 65, oneItem],
  }),
  ...service('orderService', 0.055, {
    placeOrder: [38, 320, basket],
    getOrder: [85, 50, lookup],
    listOrders: [30, 110, listing],
    acceptOrder: [20, 90, status],
    rejectOrder: [1, 80, status],
    updateOrderStatus: [40, 75, status],
    cancelOrder: [3, 150, status],
  }),
  ...service('paymentService', 0.11, {
    authorizePayment: [36, 620, money],
    capturePayment: [30, 480, money],
    refundPayment: [2, 700, money],
    listPaymentMethods: [25, 45, money],
  }),
  ...service('deliveryService', 0.05, {
    getAvailableDeliveries: [60, 95, listing],
    acceptDelivery: [22, 130, status],
    completeDelivery: [20, 140, status],
    getEarnings: [10, 85, lookup],
  }),
  ...service('trackingService', 0.045, {
    updateLocation: [150, 18, location],
    getCourierLocation: [110, 22, location],
    getEta: [70, 70, location],
  }),
  ...service('userService', 0.045, {
    getProfile: [45, 28, change],
    updateProfile: [8, 75, change],
    listAddresses: [18, 30, change],
    addAddress: [5, 60, change],
    suspendUser: [0.05, 90, change],
  }),
  ...service('authService', 0.09, {
    login: [30, 210, change],
    refreshSession: [40, 38, change],
    logout: [8, 25, change],
  }),
  ...service('notificationService', 0.06, {
    registerDevice: [16, 55, change],
    listNotifications: [45, 42, listing],
    markRead: [30, 20, change],
  }),
  ...service('reviewService', 0.04, {
    listReviews: [28, 65, listing],
    submitReview: [7, 95, review],
    replyToReview: [1, 85, review],
  }),
];

const couriers = new Set(['deliveryService', 'trackingService', 'authService', 'notificationService']);
const kitchens = new Set([
  'restaurantService',
  'menuService',
  'orderService',
  'reviewService',
  'authService',
]);

/** What people of a kind call: weights of 0 never. */
export const callsOf = {
  customer: all.filter(
    ({ service_name, method_name }) => service_name !== 'deliveryService' && method_name !== 'updateLocation',
  ),
  delivery: all.filter(({ service_name }) => couriers.has(service_name)),
  restaurant: all.filter(({ service_name }) => kitchens.has(service_name)),
  admin: all,
} as const;

/** One action in 20,000. */
export const rareCall: BenchCall = {
  service_name: 'disputeService',
  method_name: 'openDispute',
  weight: 1,
  median: 260,
  failing: 0.05,
  payload: review,
};
/** One action in 50,000 has this action_type instead of its method's name; it is of any service. */
export const RARE_ACTION_TYPE = 'legal_hold';

/** What goes wrong, with the ids and numbers that make each message different. */
export function errorMessage(random: Random, { service_name }: BenchCall, userId: string): string {
  switch (random.below(6)) {
    case 0:
      return `Request timed out after ${random.between(5_000, 30_000)} ms`;
    case 1:
      return `Order ${order(random)} is already ${of(random, states)}`;
    case 2:
      return `${service_name} answered ${of(random, ['500', '502', '503', '504'])} for ${order(random)} after ${random.between(1, 4)} tries`;
    case 3:
      return `Network request failed (ECONNRESET 10.0.${random.below(8)}.${random.between(1, 254)}:${random.between(30_000, 60_000)})`;
    case 4:
      return `User ${userId} has no address within ${random.between(2, 12)} km of ${restaurant(random)}`;
    default:
      return service_name === 'paymentService'
        ? `Payment p_${random.between(1, 9_999_999)} declined by issuer, code ${random.between(5, 62)}`
        : `Restaurant ${restaurant(random)} closed ${random.between(1, 59)} minutes ago`;
  }
}
