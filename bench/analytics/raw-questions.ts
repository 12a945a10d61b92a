import { lowestUuidAt } from '../../src/store/uuid-v7.js';

/** A question to the raw tables, as one would write it without rollups, on the same indexes. */
export interface RawQuestion {
  text: string;
  values: unknown[];
}

interface Span {
  from: number;
  to: number;
}

const IN_SPAN = 'id >= $1 AND id < $2';
const ids = ({ from, to }: Span): unknown[] => [lowestUuidAt(from), lowestUuidAt(to)];
const LENGTH = 'execution_time';
const callFigures = `count(*) AS calls, count(*) FILTER (WHERE NOT success) AS failures, avg(${LENGTH}), min(${LENGTH}), max(${LENGTH}),
  percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY ${LENGTH}) AS percentiles`;

const seriesValues: Record<string, string> = {
  actions: 'count(*) FROM action_logs',
  failures: 'count(*) FILTER (WHERE NOT success) FROM action_logs',
  unique_users: 'count(DISTINCT user_id) FROM action_logs',
  p95: `percentile_cont(0.95) WITHIN GROUP (ORDER BY ${LENGTH}) FROM service_metrics`,
};

export const raw = {
  nothing: { text: 'SELECT 1', values: [] } satisfies RawQuestion,
  /** /analytics says more (changes against the period before, user types, top errors); this is only what the contract asks at least. */
  platform: (span: Span): RawQuestion[] => [
    {
      text: `SELECT count(*), count(DISTINCT user_id), avg(success::int) FROM action_logs WHERE ${IN_SPAN}`,
      values: ids(span),
    },
    raw.services(span),
  ],
  services: (span: Span): RawQuestion => ({
    text: `SELECT service_name, ${callFigures} FROM service_metrics WHERE ${IN_SPAN} GROUP BY service_name`,
    values: ids(span),
  }),
  service: (span: Span, service: string): RawQuestion => ({
    text: `SELECT method_name, ${callFigures} FROM service_metrics WHERE ${IN_SPAN} AND service_name = $3 GROUP BY method_name`,
    values: [...ids(span), service],
  }),
  series: (metric: string, span: Span, service?: string): RawQuestion => ({
    text: `SELECT date_trunc('${span.to - span.from > 5 * 86_400_000 ? 'day' : 'hour'}', timestamp) AS bucket, ${seriesValues[metric]}
      WHERE ${IN_SPAN} ${service === undefined ? '' : 'AND service_name = $3'} GROUP BY bucket ORDER BY bucket`,
    values: [...ids(span), ...(service === undefined ? [] : [service])],
  }),
  user: (userId: string): RawQuestion[] => [
    { text: 'SELECT * FROM action_logs WHERE user_id = $1 ORDER BY id DESC LIMIT 100', values: [userId] },
    {
      text: `SELECT action_type, service_name, extract(hour FROM timestamp) AS hour, count(*), avg(success::int)
        FROM action_logs WHERE user_id = $1 GROUP BY action_type, service_name, hour`,
      values: [userId],
    },
  ],
  users: (span: Span): RawQuestion => ({
    text: `SELECT user_id, count(*) AS actions, count(*) FILTER (WHERE NOT success) AS failures
      FROM action_logs WHERE ${IN_SPAN} GROUP BY user_id ORDER BY actions DESC LIMIT 20`,
    values: ids(span),
  }),
  list: (filter: Readonly<Record<string, string | boolean>>): RawQuestion => {
    const values: unknown[] = [];
    const conditions = Object.entries(filter).map(([name, value]) => {
      if (name === 'from') return `id >= $${values.push(lowestUuidAt(Date.parse(String(value))))}`;
      if (name === 'to') return `id < $${values.push(lowestUuidAt(Date.parse(String(value))))}`;
      return `${name} = $${values.push(value)}`;
    });
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    return { text: `SELECT * FROM action_logs ${where} ORDER BY id DESC LIMIT 51`, values };
  },
  /** From business_events alone, as before there were orders: each order's stages, then their percentiles. */
  orders: (span: Span): RawQuestion[] => [
    {
      text: `
        WITH stages AS (
          SELECT order_id,
                 min(timestamp) FILTER (WHERE event_type = 'order_placed') AS placed,
                 min(timestamp) FILTER (WHERE event_type = 'order_accepted') AS accepted,
                 min(timestamp) FILTER (WHERE event_type = 'order_ready') AS ready,
                 min(timestamp) FILTER (WHERE event_type = 'order_picked_up') AS picked_up,
                 min(timestamp) FILTER (WHERE event_type = 'order_delivered') AS delivered,
                 max((event_data ->> 'amount')::float8) FILTER (WHERE event_type = 'order_placed') AS amount
          FROM business_events
          WHERE ${IN_SPAN} AND order_id IS NOT NULL
          GROUP BY order_id)
        SELECT count(*), count(accepted), count(delivered), sum(amount),
               percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY accepted - placed),
               percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY ready - accepted),
               percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY delivered - picked_up),
               percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY delivered - placed)
        FROM stages`,
      values: ids(span),
    },
  ],
  funnel: (span: Span): RawQuestion => ({
    text: `
      WITH steps AS (
        SELECT order_id,
               min(timestamp) FILTER (WHERE event_type = 'order_placed') AS placed,
               max(timestamp) FILTER (WHERE event_type = 'order_accepted') AS accepted,
               max(timestamp) FILTER (WHERE event_type = 'order_delivered') AS delivered
        FROM business_events
        WHERE ${IN_SPAN} AND order_id IS NOT NULL
        GROUP BY order_id)
      SELECT count(placed), count(*) FILTER (WHERE accepted >= placed), count(*) FILTER (WHERE accepted >= placed AND delivered >= accepted)
      FROM steps`,
    values: ids(span),
  }),
};
