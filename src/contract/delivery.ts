import { z } from 'zod';
import { pageQuerySchema } from './account.js';
import { noticeTypes } from './alert.js';
import { channelKinds } from './channel.js';
import { timeSchema } from './common.js';

/**
 * pending: not delivered yet, tried again; delivered: accepted by the receiver; failed: trying again would not help; gave_up: tried for about a day;
 * cancelled: the channel was switched off or deleted meanwhile.
 */
export const deliveryStatuses = ['pending', 'delivered', 'failed', 'gave_up', 'cancelled'] as const;
const statusSchema = z.enum(deliveryStatuses);
export type DeliveryStatus = z.infer<typeof statusSchema>;

export const deliverySchema = z.object({
  id: z.uuid(),
  message_id: z
    .uuid()
    .describe('webhook-id, or in the Message-ID of a mail: the same in every try and redelivery'),
  channel_id: z.uuid(),
  channel_name: z.string().describe('As it was then'),
  kind: z.enum(channelKinds),
  alert_id: z.uuid().nullable().describe('null: a test'),
  notice_type: z.enum(noticeTypes),
  status: statusSchema.describe(
    'pending: tried again at next_attempt_at; failed: trying again would not help; gave_up: tried for about a day; cancelled: the channel was switched off or deleted',
  ),
  attempts: z.int(),
  next_attempt_at: timeSchema.nullable().describe('null: not any more'),
  created_at: timeSchema,
  settled_at: timeSchema.nullable().describe('When it stopped being pending'),
  redelivery_of: z.uuid().nullable().describe('The delivery that this one repeats'),
});
export type DeliveryView = z.infer<typeof deliverySchema>;

export const deliveryDetailSchema = deliverySchema.extend({
  log: z
    .array(
      z.object({
        n: z.int(),
        at: timeSchema,
        milliseconds: z.int(),
        status_code: z.int().nullable().describe('Of HTTP or SMTP; null: nobody answered'),
        error: z.string().nullable(),
        response: z.string().nullable().describe('How the answer began, redacted'),
      }),
    )
    .describe('Each try, oldest first'),
});

export const listDeliveriesQuerySchema = pageQuerySchema.extend({
  channel_id: z.uuid().optional(),
  alert_id: z.uuid().optional(),
  status: statusSchema.optional(),
});

export const deliveryListSchema = z.object({
  deliveries: z.array(deliverySchema),
  next_cursor: z.uuid().nullable().describe('null on the last page'),
});

export const deliveryIdSchema = z.object({ id: z.uuid() });
