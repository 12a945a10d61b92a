import type { z } from 'zod';
import { liveRequestSchema } from '../contract/live.js';
import { Problem } from '../http/problem.js';

/** A client's message, or the problem that says what is wrong with it. */
export function readLiveRequest(text: string): z.output<typeof liveRequestSchema> | Problem {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return new Problem('malformed-request', 'A message must be JSON, as text.');
  }
  const result = liveRequestSchema.safeParse(message);
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    message: issue.message,
  }));
  return new Problem('validation-failed', 'This message is not valid.', { errors });
}
