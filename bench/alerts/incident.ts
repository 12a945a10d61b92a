import { DAY, MINUTE } from '../../demo/durations.js';
import type { Random } from '../../demo/random.js';
import type { Disturbance } from './disturbance.js';
import { appetite, type Method } from './platform.js';

export const kinds = [
  'outage',
  'partial failures',
  'slow',
  'creeping slowness',
  'traffic gone',
  'traffic surge',
  'stuck orders',
  'one method or couriers',
] as const;
export type Kind = (typeof kinds)[number];

/** Something that an operator wants to know of, and what it is about. Times are Unix ms. */
export interface Incident {
  kind: Kind;
  begin: number;
  end: number;
  what: string;
  service?: string;
  method?: string;
  disturbance?: Disturbance;
  /** What happens to orders; which one or whose is chosen where orders are made. */
  orders?:
    | 'not accepted by a restaurant'
    | 'not accepted'
    | 'not ready'
    | 'not delivered'
    | 'without courier';
  /** Filled in there. */
  restaurant?: string;
  order?: string;
}

/** Minutes between the end of one and the beginning of the next. */
const APART = 30;
/** Calls that an incident must touch, or failures that it must make, to be one: what nobody meets is none. */
const LEAST_CALLS = 60;
const LEAST_FAILURES = 20;
/** A slowness or a gap is of something that is called so often a minute, on average over its time. */
const LEAST_RATE = 4;
/** Traffic is gone only where there was some. */
const LEAST_GONE = 20;

/** `count` incidents, as many of each kind, none before the first week is over; any hour of the day. */
export function incidentsOf(
  random: Random,
  methods: readonly Method[],
  start: number,
  days: number,
  count: number,
): Incident[] {
  const incidents: Incident[] = [];
  for (let number = 0; number < count; number += 1) {
    const kind = kinds[number % kinds.length] ?? 'outage';
    for (;;) {
      const begin = start + 7 * DAY + random.between(0, (days - 7) * DAY - 240 * MINUTE);
      const one = make(random, methods, kind, begin, Math.floor(number / kinds.length));
      const isFree = incidents.every(
        (other) => one.begin > other.end + APART * MINUTE || one.end < other.begin - APART * MINUTE,
      );
      if (!isFree || !isMet(one, methods)) continue;
      incidents.push(one);
      break;
    }
  }
  return incidents.sort((a, b) => a.begin - b.begin);
}

function make(
  random: Random,
  methods: readonly Method[],
  kind: Kind,
  begin: number,
  round: number,
): Incident {
  const { service, name } = random.pick(methods);
  const length = (least: number, most: number) => begin + random.between(least, most) * MINUTE;
  const ofMethod = random.chance(0.5) ? { service, method: name } : { service };
  const of = (
    end: number,
    target: { service: string; method?: string },
    change: Omit<Partial<Disturbance>, 'service' | 'method' | 'byPeople'>,
  ): Incident => {
    const what = `${target.service}${target.method ? `.${target.method}` : ''}, ${Object.entries(change)
      .map(([key, value]) => `${key} ${Number(value.toPrecision(3))}`)
      .join(', ')}`;
    return { kind, begin, end, what, ...target, disturbance: { begin, end, ...target, ...change } };
  };
  switch (kind) {
    case 'outage': {
      const failedTakes = random.pick([3, 40, 10_000]);
      return of(length(5, 40), { service }, { failing: 1, failedTakes, traffic: random.between(0.7, 1.5) });
    }
    case 'partial failures':
      return of(length(10, 90), { service }, { failing: random.between(0.2, 0.6) });
    case 'slow':
      return of(length(10, 60), ofMethod, { slower: random.between(3, 10) });
    case 'creeping slowness':
      return of(length(45, 75), ofMethod, { slower: random.between(3, 6), ramp: 30 * MINUTE });
    case 'traffic gone':
      return of(length(15, 120), { service }, { traffic: random.chance(0.5) ? 0 : 0.03 });
    case 'traffic surge':
      return of(length(10, 60), ofMethod, { traffic: random.between(5, 12) });
    case 'stuck orders': {
      const orders = (
        [
          'not accepted by a restaurant',
          'not accepted',
          'not accepted by a restaurant',
          'not delivered',
          'not ready',
        ] as const
      )[round % 5];
      const end =
        orders === 'not delivered'
          ? length(120, 200)
          : orders === 'not ready'
            ? length(90, 150)
            : orders === 'not accepted'
              ? length(30, 60)
              : length(40, 120);
      return { kind, begin, end, what: `orders ${orders}`, ...(orders && { orders }) };
    }
    case 'one method or couriers': {
      if (round % 5 === 1 || round % 5 === 3)
        return {
          kind,
          begin,
          end: length(40, 100),
          what: 'orders without courier',
          orders: 'without courier',
        };
      const [paid = '', method = ''] = random
        .pick(['paymentService.authorize', 'paymentService.listMethods', 'paymentGateway.capture'])
        .split('.');
      return of(length(15, 90), { service: paid, method }, { failing: random.between(0.25, 0.7) });
    }
  }
}

/** Whether enough calls or orders meet it. */
function isMet(
  { begin, end, service, method, disturbance, orders }: Incident,
  methods: readonly Method[],
): boolean {
  // Of an order alone there is one at any hour; a restaurant or the couriers must have something to do.
  const hungry = appetite((begin + end) / 2);
  if (orders) return orders === 'not accepted by a restaurant' ? hungry > 0.5 : hungry > 0.2;
  const rate = methods
    .filter((one) => one.service === service && (method === undefined || one.name === method))
    .reduce((sum, one) => sum + one.rate * (one.flat + (1 - one.flat) * hungry), 0);
  const calls = (rate * (end - begin)) / MINUTE;
  const { failing, traffic = 1 } = disturbance ?? {};
  if (failing !== undefined) return calls * failing >= LEAST_FAILURES && rate >= 1;
  if (traffic < 1) return rate >= LEAST_GONE / 2 && calls >= 10 * LEAST_GONE;
  return calls >= LEAST_CALLS && rate >= LEAST_RATE;
}
