import { z } from 'zod';
import { problemSchema, timeSchema } from './common.js';

/** The answer to one item. `stored` means committed; `duplicate` that the id was stored before. */
export const receiptSchema = z.object({
  id: z.string(),
  status: z.enum(['stored', 'duplicate']),
  server_time: timeSchema,
});

/** The answer to a batch: each item has its own fate, in the order sent. */
export const batchReceiptSchema = z.object({
  results: z.array(
    z.object({
      index: z.int(),
      id: z.string().nullable().describe("The row's id; null when it was rejected and had none"),
      status: z.enum(['stored', 'duplicate', 'rejected']),
      error: problemSchema.optional(),
    }),
  ),
  stored: z.int(),
  duplicate: z.int(),
  rejected: z.int(),
  server_time: timeSchema,
});

export type BatchReceipt = z.infer<typeof batchReceiptSchema>;
