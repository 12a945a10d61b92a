import { z } from 'zod';
import { roleSchema, timeSchema } from './common.js';

/** Long enough that length does the work (NIST SP 800-63B asks 15 of a password alone, OWASP 12); 200 leaves room for any sentence. */
export const newPasswordSchema = z
  .string()
  .min(12)
  .max(200)
  .describe('12 to 200 characters, any')
  .meta({ examples: ['correct horse battery staple'] });

/** What PostgreSQL's text cannot hold (U+0000) and what no address or name has. */
export const withoutControls = /^\P{Cc}*$/u;

export const loginSchema = z.object({
  // Not checked for form: an address that cannot exist gets the answer of one that does not.
  email: z
    .string()
    .max(254)
    .regex(withoutControls)
    .meta({ examples: ['admin@example.com'] }),
  password: z
    .string()
    .max(1_000)
    .meta({ examples: ['correct horse battery staple'] }),
});

export const cookieQuerySchema = z.object({
  cookie: z
    .enum(['0', '1'])
    .optional()
    .describe(
      '1: the refresh token comes as an httpOnly SameSite=Strict cookie (for browsers), not in the body',
    ),
});

const refreshTokenSchema = z
  .string()
  .max(100)
  .describe('Opaque, good once, for 30 days')
  .meta({ examples: ['fer_Jm3yxmPq0p7mGX1nQJ2mXw5kQzv6hFqJ9r0cYB5uE4s'] });

/** Nothing in the body: the cookie is taken. */
export const refreshSchema = z.object({ refresh_token: refreshTokenSchema.optional() }).nullish();

export const accessSchema = z.object({
  access_token: z.string().describe('JWT for Authorization: Bearer'),
  token_type: z.literal('Bearer'),
  expires_in: z.int().describe('Seconds'),
  account: z.object({ id: z.uuid(), email: z.string(), role: roleSchema }),
});

export const sessionSchema = accessSchema.extend({
  refresh_token: refreshTokenSchema.optional().describe('Absent when it went into the cookie'),
});
export type Session = z.infer<typeof sessionSchema>;

export const changePasswordSchema = z.object({
  current_password: z.string().max(1_000),
  new_password: newPasswordSchema,
});

export const meSchema = z.object({
  id: z.string().describe('The user_id that your actions carry'),
  email: z.string().nullable().describe("null for a person of the platform's own issuer"),
  role: roleSchema,
  issuer: z.enum(['self', 'platform']),
  token_expires_at: timeSchema,
});
