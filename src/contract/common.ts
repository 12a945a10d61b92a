import { z } from 'zod';

/** The four roles of the platform; also the `user_type` of an action. */
export const roles = ['customer', 'restaurant', 'delivery', 'admin'] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/** What an API key may be made for. */
export const scopes = ['ingest', 'read'] as const;
export const scopeSchema = z.enum(scopes);
export type Scope = z.infer<typeof scopeSchema>;

/** ISO 8601 in UTC with milliseconds, as every time in an answer is written. */
export const timeSchema = z.iso.datetime({ precision: 3 }).describe('ISO 8601, UTC, milliseconds');

/** A time in a question: any ISO 8601 with an offset (or Z). */
export const timeInputSchema = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .describe('ISO 8601 with Z or an offset');

/** RFC 9562 UUID version 7: 48 bits of Unix milliseconds, version, variant, random bits. Lower-cased. */
export const uuidV7Schema = z
  .uuidv7({ error: 'must be a UUID version 7 (RFC 9562)' })
  .toLowerCase()
  .describe('UUIDv7: the idempotency key; its embedded time is the time of the item');

/** The RFC 9457 document that every error answer carries. */
export const problemSchema = z
  .object({
    type: z.string().describe('Stable: branch on its last segment, as in /problems/clock-skew'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    server_time: timeSchema.optional(),
  })
  .describe('RFC 9457 problem details');

/** An answer's problem, declared for OpenAPI under its real media type. */
export const problemResponse = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});
