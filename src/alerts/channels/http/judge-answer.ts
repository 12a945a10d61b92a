import type { Outcome } from '../outcome.js';
import type { HttpAnswer } from './post-json.js';

/**
 * What an answer means (Standard Webhooks, «Delivery»): 2xx is delivered; 410 asks for no more; anything else, a redirect too, is tried again. How long 429 and
 * 503 ask us to wait is heeded.
 */
export function judgeAnswer({ status, headers, body }: HttpAnswer, now: number): Outcome {
  const answered = { status_code: status, response: body === '' ? null : body };
  if (status >= 200 && status < 300) return { result: 'delivered', error: null, ...answered };
  if (status === 410) {
    const error = 'the receiver answered 410 Gone';
    return { result: 'failed', error, disable: `${error}: it wants no more notices`, ...answered };
  }
  const retry_after = status === 429 || status === 503 ? retryAfter(headers['retry-after'], now) : undefined;
  const error =
    status >= 300 && status < 400 ? `answered ${status}: redirects are not followed` : `answered ${status}`;
  return { result: 'retry', error, ...answered, ...(retry_after !== undefined && { retry_after }) };
}

/** Seconds or a date (RFC 9110, section 10.2.3), as ms from now. */
function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const wait = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isFinite(wait) && wait > 0 ? wait : undefined;
}
