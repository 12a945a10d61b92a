import { searches } from '../names.js';
import type { Facts } from '../order.js';
import type { Methods } from './method.js';

export const restaurantCard = ({ random, restaurant }: Facts) => ({
  id: restaurant.id,
  name: restaurant.name,
  cuisine: restaurant.cuisine,
  rating: random.int(32, 50) / 10,
  minutes: restaurant.preparationMinutes + random.int(10, 20),
});
const near = ({ customer }: Facts) => ({ ...customer.place, radius_km: 5 });
const dish = ({ random, restaurant }: Facts) => random.pick(restaurant.menu);
const isClosed = ({ restaurant }: Facts) => `Restaurant ${restaurant.id} is closed`;

/** searchService, restaurantService and menuService. */
export const browseMethods = {
  'searchService.searchRestaurants': {
    median: 140,
    parameters: (facts) => ({ query: facts.random.pick(searches), ...near(facts), sort: 'rating', page: 1 }),
    response: (facts) => ({
      total: facts.random.int(3, 60),
      results: [restaurantCard(facts), restaurantCard(facts)],
    }),
    errors: [({ random }) => `Search index shard ${random.int(0, 7)} did not answer within 2000 ms`],
  },
  'searchService.searchDishes': {
    median: 160,
    parameters: (facts) => ({
      query: facts.random.pick(searches),
      ...near(facts),
      page: facts.random.int(1, 3),
    }),
    response: (facts) => ({
      total: facts.random.int(5, 200),
      results: [dish(facts), dish(facts), dish(facts)],
    }),
  },
  'searchService.suggest': {
    median: 35,
    parameters: ({ random }) => ({ prefix: random.pick(searches).slice(0, 3), limit: 8 }),
    response: ({ random, restaurant }) => ({
      suggestions: [random.pick(searches), restaurant.name, restaurant.cuisine],
    }),
  },
  'restaurantService.listNearby': {
    median: 120,
    parameters: (facts) => ({ ...near(facts), open_now: true, page: 1 }),
    response: (facts) => ({
      total: facts.random.int(12, 90),
      restaurants: [restaurantCard(facts), restaurantCard(facts)],
    }),
  },
  'restaurantService.getRestaurant': {
    median: 60,
    parameters: ({ restaurant }) => ({ restaurant_id: restaurant.id, include: ['hours', 'fees'] }),
    response: (facts) => ({
      ...restaurantCard(facts),
      open: true,
      minimum: 120,
      fee: facts.order.deliveryFee,
    }),
    errors: [({ restaurant }) => `Restaurant ${restaurant.id} not found`],
  },
  'restaurantService.getOpeningHours': {
    median: 30,
    parameters: ({ restaurant }) => ({ restaurant_id: restaurant.id, days: 7 }),
    response: ({ restaurant }) => ({
      restaurant_id: restaurant.id,
      weekdays: '10:00-23:30',
      weekend: '11:00-01:00',
    }),
  },
  'restaurantService.setOpen': {
    median: 70,
    parameters: ({ restaurant }) => ({ restaurant_id: restaurant.id, open: true, reason: 'shift' }),
    response: ({ restaurant }) => ({
      restaurant_id: restaurant.id,
      open: true,
      preparation: restaurant.preparationMinutes,
    }),
  },
  'menuService.getMenu': {
    median: 85,
    parameters: ({ restaurant }) => ({ restaurant_id: restaurant.id, language: 'tr' }),
    response: ({ random, restaurant }) => ({
      version: random.int(1, 90),
      dishes: restaurant.menu.slice(0, 4),
    }),
    errors: [isClosed],
  },
  'menuService.getItemOptions': {
    median: 45,
    parameters: (facts) => ({ restaurant_id: facts.restaurant.id, item_id: dish(facts).id }),
    response: (facts) => ({
      item: dish(facts),
      sizes: ['küçük', 'orta', 'büyük'],
      extras: ['acı sos', 'ayran'],
    }),
  },
  'menuService.setItemAvailability': {
    median: 75,
    parameters: (facts) => ({ restaurant_id: facts.restaurant.id, item: dish(facts), available: false }),
    response: ({ random, restaurant }) => ({ restaurant_id: restaurant.id, version: random.int(2, 90) }),
  },
  'menuService.updatePrice': {
    median: 95,
    parameters: (facts) => ({ restaurant_id: facts.restaurant.id, item: dish(facts), change_percent: 5 }),
    response: ({ random, restaurant }) => ({
      restaurant_id: restaurant.id,
      version: random.int(2, 90),
      review: 'none',
    }),
  },
} as const satisfies Methods;
