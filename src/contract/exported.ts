import { z } from 'zod';

/** The answer of a list, as a page of JSON or, where the caller prefers that, as a file of all that matches. */
export const exportResponse = <Page extends z.ZodType>(description: string, page: Page) => ({
  description,
  content: {
    'application/json': { schema: page },
    'text/csv': { schema: z.string().describe('RFC 4180, with a header; columns of JSON as JSON text') },
    'application/x-ndjson': { schema: z.string().describe('Each line one row, as the page of JSON has it') },
  },
});
