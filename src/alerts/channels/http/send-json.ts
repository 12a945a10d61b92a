import type { Outcome } from '../outcome.js';
import { refused } from '../outcome.js';
import { judgeAnswer } from './judge-answer.js';
import { type PostOptions, postJson } from './post-json.js';
import { RefusedTarget } from './target-guard.js';

/** All that a receiver has for connecting, reading and answering, ms. Standard Webhooks recommends 15 to 30 s; a receiver should only queue. */
export const TIMEOUT = 10_000;

export interface SendJsonOptions extends PostOptions {
  /** Unix ms. */
  now: number;
  timeout?: number;
}

/** Posts, and says what came of it; rejects only when `signal` ended it. */
export async function sendJson({
  now,
  timeout = TIMEOUT,
  signal,
  ...post
}: SendJsonOptions): Promise<Outcome> {
  const tooLong = AbortSignal.timeout(timeout);
  try {
    return judgeAnswer(await postJson({ ...post, signal: AbortSignal.any([signal, tooLong]) }), now);
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof RefusedTarget) return refused(`refused: ${error.message}`);
    const why = tooLong.aborted ? `no answer within ${timeout / 1_000} s` : messageOf(error);
    return { result: 'retry', status_code: null, error: why, response: null };
  }
}

/** Of several addresses tried, what each said (Node's AggregateError has no message). */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
