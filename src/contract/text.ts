import { z } from 'zod';

/** Text that a column may hold: PostgreSQL cannot even be asked about a NUL. */
export const storableText = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => !text.includes('\0'), 'must not contain NUL');
