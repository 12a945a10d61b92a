import { z } from 'zod';
import { withoutControls } from './auth.js';
import { scopeSchema, timeInputSchema, timeSchema } from './common.js';

export const apiKeySchema = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string().describe('How the key begins, to tell keys apart'),
  scopes: z.array(scopeSchema),
  created_at: timeSchema,
  expires_at: timeSchema.nullable(),
  last_used_at: timeSchema.nullable().describe('To the minute'),
  revoked_at: timeSchema.nullable(),
});
export type ApiKeyView = z.infer<typeof apiKeySchema>;

export const createApiKeySchema = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(withoutControls)
    .meta({ examples: ['order-service'] }),
  scopes: z
    .array(scopeSchema)
    .min(1)
    .max(10)
    .transform((list) => [...new Set(list)])
    .describe('ingest: send for any user; read: logs and analytics'),
  expires_at: timeInputSchema.nullish().meta({ examples: ['2027-11-24T00:00:00Z'] }),
});

export const createdApiKeySchema = apiKeySchema.extend({
  key: z
    .string()
    .describe('Shown this once: only its SHA-256 is stored')
    .meta({ examples: ['fek_5mQ2zP8xK1rT7wY3nB6vC9dF4gH0jL2sA8uE5iO7pXk'] }),
});

export const apiKeyIdSchema = z.object({ id: z.uuid() });

export const apiKeyListSchema = z.object({
  api_keys: z.array(apiKeySchema),
  next_cursor: z.uuid().nullable(),
});
