import { parseArgs } from 'node:util';
import { type PlannedIncident, parseIncident } from './incident.js';
import { OptionError } from './option-error.js';

export interface Options {
  help: boolean;
  url: string;
  email: string;
  password: string | undefined;
  apiKey: string | undefined;
  seed: string;
  seconds: number;
  speed: number;
  customers: number;
  restaurants: number;
  couriers: number;
  ordersPerMinute: number;
  historyDays: number;
  historyOrders: number;
  start: number | undefined;
  incidents: PlannedIncident[];
}

const text = { type: 'string' } as const;
const definitions = {
  help: { type: 'boolean' },
  url: text,
  email: text,
  password: text,
  'api-key': text,
  seed: text,
  seconds: text,
  speed: text,
  customers: text,
  restaurants: text,
  couriers: text,
  'orders-per-minute': text,
  history: text,
  'history-orders': text,
  start: text,
  incident: { type: 'string', multiple: true },
} as const;

/** Reads the command line; throws an Error that says which option is wrong and why. */
export function readOptions(args: string[], environment: Record<string, string | undefined>): Options {
  const { values } = parseArgs({ args, options: definitions });
  const number = (name: keyof typeof values, fallback: number, least: number, most: number): number => {
    const given = values[name];
    if (given === undefined) return fallback;
    const value = String(given).trim() === '' ? Number.NaN : Number(given);
    if (value >= least && value <= most) return value;
    throw new OptionError(`--${name} ${String(given)}: give a number from ${least} to ${most}`);
  };
  const count = (name: keyof typeof values, fallback: number, least: number, most: number): number =>
    Math.round(number(name, fallback, least, most));

  const seconds = number('seconds', 60, 1, 86_400);
  return {
    help: values.help ?? false,
    url: readUrl(values.url ?? 'http://localhost:8000'),
    email: values.email ?? (environment.ADMIN_EMAIL || 'admin@foodieexpress.local'),
    password: values.password ?? (environment.ADMIN_PASSWORD || undefined),
    apiKey: values['api-key'],
    seed: values.seed ?? '1',
    seconds,
    speed: number('speed', 60, 0.1, 10_000),
    customers: count('customers', 500, 1, 1_000_000),
    restaurants: count('restaurants', 25, 1, 10_000),
    couriers: count('couriers', 50, 1, 100_000),
    ordersPerMinute: number('orders-per-minute', 60, 0, 6_000),
    historyDays: number('history', 0, 0, 6),
    historyOrders: count('history-orders', 1_500, 0, 100_000),
    start: values.start === undefined ? undefined : readTime(values.start),
    incidents: (values.incident ?? []).map((each) => parseIncident(each, seconds)),
  };
}

function readUrl(given: string): string {
  if (!URL.canParse(given) || !/^https?:/.test(given)) {
    throw new OptionError(`--url ${given}: give an address such as http://localhost:8000`);
  }
  return given.replace(/\/+$/, '');
}

function readTime(given: string): number {
  const time = Date.parse(given);
  // Without a zone the same command would mean another time on another machine.
  if (Number.isNaN(time) || !/(Z|[+-]\d\d:\d\d)$/.test(given)) {
    throw new OptionError(`--start ${given}: give a time with its zone, such as 2026-11-24T10:00:00Z`);
  }
  return time;
}
