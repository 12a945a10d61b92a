import { districts } from '../names.js';
import type { Facts } from '../order.js';
import type { Methods } from './method.js';

export const emailOf = (id: string): string => `${id.replaceAll('_', '.')}@example.com`;

const account = ({ customer }: Facts) => ({
  user_id: customer.id,
  email: emailOf(customer.id),
  locale: 'tr-TR',
  marketing_consent: customer.id.endsWith('7'),
});

const address = ({ random, customer }: Facts) => ({
  label: random.pick(['Ev', 'İş', 'Annem']),
  district: random.pick(districts).name,
  street: `Bahariye Caddesi No ${random.int(1, 180)}`,
  floor: random.int(0, 8),
  ...customer.place,
});

/** authService and profileService. The passwords are there to be seen redacted: no server that works stores them. */
export const accountMethods = {
  'authService.login': {
    median: 180,
    parameters: (facts) => ({
      email: emailOf(facts.customer.id),
      password: `demo-${facts.random.hex(8)}`,
      device: facts.customer.device,
    }),
    response: (facts) => ({ ...account(facts), access_token: facts.random.hex(40), expires_in: 900 }),
    errors: [({ customer }) => `Invalid credentials for ${emailOf(customer.id)}`],
  },
  'authService.register': {
    median: 320,
    parameters: (facts) => ({ ...account(facts), password: `demo-${facts.random.hex(8)}` }),
    response: (facts) => ({ ...account(facts), verification: 'sent' }),
  },
  'authService.refreshSession': {
    median: 45,
    parameters: ({ random, customer }) => ({ refresh_token: random.hex(40), device: customer.device }),
    response: (facts) => ({ ...account(facts), expires_in: 900 }),
  },
  'authService.requestPasswordReset': {
    median: 140,
    parameters: ({ customer }) => ({ email: emailOf(customer.id), channel: 'email' }),
    response: ({ random }) => ({ sent: true, request_id: `pr_${random.hex(8)}`, valid_minutes: 15 }),
  },
  'authService.logout': {
    median: 30,
    parameters: ({ customer }) => ({ device: customer.device, everywhere: false }),
    response: ({ random }) => ({ ended: true, sessions_left: random.int(0, 2) }),
  },
  'profileService.getProfile': {
    median: 55,
    parameters: ({ customer }) => ({ user_id: customer.id, include: ['addresses', 'favourites'] }),
    response: (facts) => ({
      ...account(facts),
      addresses: [address(facts)],
      favourites: [facts.restaurant.id],
    }),
  },
  'profileService.updateProfile': {
    median: 90,
    parameters: (facts) => ({ ...account(facts), phone_visible: false }),
    response: (facts) => ({ ...account(facts), version: facts.random.int(2, 40) }),
  },
  'profileService.addAddress': {
    median: 110,
    parameters: address,
    response: ({ random, customer }) => ({
      address_id: `a_${customer.id}_${random.int(1, 4)}`,
      deliverable: true,
    }),
  },
  'profileService.listAddresses': {
    median: 40,
    parameters: ({ customer }) => ({ user_id: customer.id, limit: 10 }),
    response: (facts) => ({ addresses: [address(facts), address(facts)], default: 0 }),
  },
  'profileService.setFavourite': {
    median: 35,
    parameters: ({ restaurant }) => ({ restaurant_id: restaurant.id, favourite: true }),
    response: ({ random, restaurant }) => ({ restaurant_id: restaurant.id, favourites: random.int(1, 25) }),
  },
} as const satisfies Methods;
