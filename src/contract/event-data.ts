import { z } from 'zod';

const id = z.string().min(1).max(255);
const text = z.string().max(4_000);
/** No order costs more in any currency, and sums of these are exact. */
export const LARGEST_AMOUNT = 1e9;
/** In the currency's main unit, as the app shows it. */
const amount = z.number().min(0).max(LARGEST_AMOUNT).describe("In the currency's main unit");
const currency = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as TRY');
const latitude = z.number().min(-90).max(90);
const longitude = z.number().min(-180).max(180);
const minutes = z.number().min(0).describe('Minutes');

/** Fields are checked where they are sent; more are welcome, since the platform's services know more than we do. */
const data = (shape: Record<string, z.ZodType>) => {
  const optional = Object.fromEntries(Object.entries(shape).map(([key, schema]) => [key, schema.nullish()]));
  return z.looseObject(optional);
};

const money = { amount, currency, payment_id: id, method: text };
const parties = { order_id: id, customer_id: id, restaurant_id: id, courier_id: id };

/** The `event_data` of each known event type. An unknown type is stored as it is. */
export const eventDataSchemas: Record<string, z.ZodType | undefined> = {
  order_placed: data({ ...parties, amount, currency, items: z.array(z.unknown()) }),
  order_accepted: data({ ...parties, preparation_time: minutes }),
  order_rejected: data({ ...parties, reason: text }),
  order_preparing: data(parties),
  order_ready: data(parties),
  courier_assigned: data(parties),
  order_picked_up: data(parties),
  order_delivered: data({
    ...parties,
    delivery_time: minutes,
    delivery_fee: amount.describe('What the courier earns, beside the tip'),
    tip: amount,
    currency,
  }),
  order_cancelled: data({ ...parties, reason: text, cancelled_by: text }),
  payment_authorized: data({ ...parties, ...money }),
  payment_captured: data({ ...parties, ...money }),
  payment_failed: data({ ...parties, ...money, reason: text }),
  payment_refunded: data({ ...parties, ...money, reason: text }),
  delivery_location: data({
    ...parties,
    latitude,
    longitude,
    accuracy: z.number().min(0).describe('Metres'),
  }),
  dispute_opened: data({ ...parties, reason: text }),
  dispute_resolved: data({ ...parties, resolution: text }),
  review_submitted: data({ ...parties, rating: z.number().min(0).max(5), comment: text }),
  user_registered: data({ user_id: id, role: text }),
  user_logged_in: data({ user_id: id, role: text }),
  user_logged_out: data({ user_id: id }),
  profile_updated: data({ user_id: id, fields: z.array(z.string()) }),
  user_suspended: data({ user_id: id, reason: text }),
  config_changed: data({ key: text }),
};
