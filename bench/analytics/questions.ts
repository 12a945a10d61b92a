import { RARE_ACTION_TYPE, rareCall } from './bench-calls.js';
import type { DataSetFacts } from './data-set-facts.js';
import { HEAVY_USER } from './generate-actions.js';
import { type RawQuestion, raw } from './raw-questions.js';

/** One question over HTTP, and the SQL that answers the same from the raw rows. */
export interface Question {
  name: string;
  path: string;
  raw: RawQuestion[];
  /** ms, of the p99; undefined where nothing is promised. */
  bound?: number;
}

const DAY = 86_400_000;
const timeframes = { hourly: DAY / 24, daily: DAY, weekly: 7 * DAY, monthly: 30 * DAY };

/** `to` is when the rows end, Unix ms, and `from` when they begin. */
export function questionsOf(facts: DataSetFacts, from: number, to: number): Question[] {
  const month = { from: to - 30 * DAY, to };
  const day = { from: to - DAY, to };
  const all = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  const series = (metric: string, timeframe: 'monthly' | 'daily', service?: string): Question => ({
    name: `timeseries ${metric} ${timeframe}${service ? ' one service' : ''}`,
    path: `/analytics/timeseries?metric=${metric}&timeframe=${timeframe}${service ? `&service=${service}` : ''}`,
    raw: [raw.series(metric, timeframe === 'monthly' ? month : day, service)],
    bound: 15,
  });
  return [
    // What any answer takes at least, and how busy the machine is with other things.
    { name: 'nothing (health/live)', path: '/health/live', raw: [raw.nothing] },
    ...Object.entries(timeframes).map(([timeframe, length]) => ({
      name: `analytics ${timeframe}`,
      path: `/analytics?timeframe=${timeframe}`,
      raw: raw.platform({ from: to - length, to }),
      bound: 10,
    })),
    ...(['monthly', 'daily'] as const).flatMap((timeframe) =>
      ['actions', 'failures', 'unique_users', 'p95'].map((metric) => series(metric, timeframe)),
    ),
    series('p95', 'monthly', facts.busiestService),
    {
      name: 'services monthly',
      path: '/analytics/services?timeframe=monthly',
      raw: [raw.services(month)],
      bound: 15,
    },
    {
      name: 'services/busiest monthly',
      path: `/analytics/services/${facts.busiestService}?timeframe=monthly`,
      raw: [raw.service(month, facts.busiestService)],
      bound: 15,
    },
    {
      name: 'users/heavy',
      path: `/analytics/users/${HEAVY_USER}`,
      raw: raw.user(HEAVY_USER),
      bound: 20,
    },
    {
      name: 'users/ordinary',
      path: `/analytics/users/${facts.ordinaryUser}`,
      raw: raw.user(facts.ordinaryUser),
      bound: 20,
    },
    { name: 'users monthly', path: '/analytics/users?timeframe=monthly', raw: [raw.users(month)], bound: 20 },
    ...listQuestions(facts, from, to),
    {
      name: 'orders monthly',
      path: '/analytics/orders?timeframe=monthly',
      raw: raw.orders(month),
      bound: 50,
    },
    { name: 'orders 90 days', path: `/analytics/orders?${all}`, raw: raw.orders({ from, to }), bound: 50 },
    {
      name: 'funnel 90 days',
      path: `/analytics/funnel?steps=order_placed,order_accepted,order_delivered&key=order&${all}`,
      raw: [raw.funnel({ from, to })],
      bound: 50,
    },
  ];
}

type Filter = Record<string, string | boolean>;

/** Common values, rare ones, absent ones, and pairs of which few or no rows have both. */
function listQuestions(facts: DataSetFacts, from: number, to: number): Question[] {
  const list = (name: string, filter: Filter): Question => ({
    name: `list ${name}`,
    path: `/api/actions?${new URLSearchParams(Object.entries(filter).map(([key, value]): [string, string] => [key, String(value)]))}`,
    raw: [raw.list(filter)],
    bound: 15,
  });
  const { busiestService: service, ordinaryUser, session } = facts;
  const rare = rareCall;
  return [
    list('all', {}),
    list('user heavy', { user_id: HEAVY_USER }),
    list('user ordinary', { user_id: ordinaryUser }),
    list('user absent', { user_id: 'u_nobody' }),
    list('session', { session_id: session }),
    list('session absent', { session_id: 's_none' }),
    list('service busiest', { service_name: service }),
    list('service rare', { service_name: rare.service_name }),
    list('service absent', { service_name: 'noService' }),
    list('method common', { method_name: 'getEta' }),
    list('method rare', { method_name: rare.method_name }),
    list('method absent', { method_name: 'noMethod' }),
    list('action_type common', { action_type: 'placeOrder' }),
    list('action_type rare', { action_type: RARE_ACTION_TYPE }),
    list('action_type absent', { action_type: 'no_type' }),
    list('user_type common', { user_type: 'customer' }),
    list('user_type admin', { user_type: 'admin' }),
    list('success=true', { success: true }),
    list('success=false', { success: false }),
    list('user heavy + failed', { user_id: HEAVY_USER, success: false }),
    list('user heavy + service', { user_id: HEAVY_USER, service_name: 'notificationService' }),
    list('user heavy + method it never calls', { user_id: HEAVY_USER, method_name: 'placeOrder' }),
    list('user heavy + rare type', { user_id: HEAVY_USER, action_type: RARE_ACTION_TYPE }),
    list('user ordinary + failed', { user_id: ordinaryUser, success: false }),
    list('service + method', { service_name: 'orderService', method_name: 'placeOrder' }),
    list('service + method of another', { service_name: service, method_name: rare.method_name }),
    list('service + failed', { service_name: service, success: false }),
    list('service rare + failed', { service_name: rare.service_name, success: false }),
    list('service + rare type', { service_name: service, action_type: RARE_ACTION_TYPE }),
    list('method rarest + failed', { method_name: 'suspendUser', success: false }),
    list('admin + service', { user_type: 'admin', service_name: 'paymentService' }),
    list('admin + failed', { user_type: 'admin', success: false }),
    list('admin + service rare', { user_type: 'admin', service_name: rare.service_name }),
    list('action_type + failed', { action_type: 'placeOrder', success: false }),
    list('action_type rare + failed', { action_type: RARE_ACTION_TYPE, success: false }),
    list('session + failed', { session_id: session, success: false }),
    list('from/to one day', {
      from: new Date(from + 45 * DAY).toISOString(),
      to: new Date(from + 46 * DAY).toISOString(),
    }),
    list('from/to 60 days + service', {
      from: new Date(from).toISOString(),
      to: new Date(to - 30 * DAY).toISOString(),
      service_name: service,
    }),
    list('from/to 60 days + service rare', {
      from: new Date(from).toISOString(),
      to: new Date(to - 30 * DAY).toISOString(),
      service_name: rare.service_name,
    }),
  ];
}
