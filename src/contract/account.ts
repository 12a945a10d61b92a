import { z } from 'zod';
import { newPasswordSchema, withoutControls } from './auth.js';
import { roleSchema, timeSchema } from './common.js';

export const accountStatuses = ['active', 'suspended'] as const;
const statusSchema = z.enum(accountStatuses);

/** Trimmed and lower-cased, as it is stored and looked up. */
export const normaliseEmail = (email: string): string => email.trim().toLowerCase();

export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email())
  .meta({ examples: ['ayse@example.com'] });

export const accountSchema = z
  .object({
    id: z.uuid(),
    email: z.string(),
    role: roleSchema,
    status: statusSchema,
    created_at: timeSchema,
    updated_at: timeSchema,
    last_login_at: timeSchema.nullable(),
  })
  .meta({
    examples: [
      {
        id: '019ab2f0-7c1e-7d7a-9a53-0b0f6d4e8c11',
        email: 'ayse@example.com',
        role: 'restaurant',
        status: 'active',
        created_at: '2026-11-24T09:00:00.000Z',
        updated_at: '2026-11-24T09:00:00.000Z',
        last_login_at: null,
      },
    ],
  });
export type AccountView = z.infer<typeof accountSchema>;

export const createAccountSchema = z.object({
  email: emailSchema,
  password: newPasswordSchema,
  role: roleSchema,
});

export const changeAccountSchema = z
  .object({ role: roleSchema.optional(), status: statusSchema.optional() })
  .refine(({ role, status }) => role !== undefined || status !== undefined, 'name a role, a status, or both')
  .meta({ examples: [{ status: 'suspended' }, { role: 'delivery' }] });

export const accountIdSchema = z.object({ id: z.uuid() });

/** Newest first, in pages. */
export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.uuid().optional().describe("The last page's next_cursor"),
});

export const listAccountsQuerySchema = pageQuerySchema.extend({
  role: roleSchema.optional(),
  status: statusSchema.optional(),
  email: z.string().max(254).regex(withoutControls).optional().describe('Exactly this address, in any case'),
});

export const accountListSchema = z.object({
  accounts: z.array(accountSchema),
  next_cursor: z.uuid().nullable().describe('null on the last page'),
});
