import type pg from 'pg';
import type { DeliveryStatus } from '../../contract/delivery.js';
import { inTransaction } from '../../store/in-transaction.js';
import { BACKOFF, nextDelay } from './backoff.js';
import type { DeliveryMetrics, DeliveryResult } from './delivery-metrics.js';
import type { ClaimedDelivery } from './delivery-record.js';
import type { Outcome } from './outcome.js';
import { claimDelivery } from './queries/claim-delivery.js';
import { disableChannel } from './queries/disable-channel.js';
import { recordAttempt } from './queries/record-attempt.js';
import { releaseDelivery } from './queries/release-delivery.js';
import { type SendingParts, sendNotice } from './senders.js';

/**
 * How long a worker may be at one delivery, ms: longer than the slowest try (mail: 20 s), since whoever takes over sends again. So much later than usual comes
 * what a worker died with.
 */
export const CLAIM = 30_000;

/** Characters of an error and of an answer in the log. */
const LOGGED = 500;

export interface DeliverParts extends SendingParts {
  pool: pg.Pool;
  metrics: DeliveryMetrics;
  /** Takes secrets out of text that came from outside. */
  redact: (text: string) => string;
  claim?: number | undefined;
  backoff?: readonly number[] | undefined;
}

/**
 * One try of one delivery: claim → send → record. A worker that dies between sending and recording leaves it claimed and pending, and another sends it again
 * under the same id: at least once. Rejects when the database does not answer.
 */
export async function deliver(id: string, parts: DeliverParts, signal: AbortSignal): Promise<void> {
  const { pool, metrics } = parts;
  const delivery = await claimDelivery(pool, id, parts.claim ?? CLAIM);
  if (!delivery) return;
  const started = performance.now();
  let outcome: Outcome | 'cancelled';
  try {
    outcome = await send(delivery, parts, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    metrics.count(delivery.kind, 'interrupted');
    await releaseDelivery(pool, delivery.id, delivery.attempts);
    return;
  }
  const milliseconds = Math.round(performance.now() - started);
  metrics.seconds.observe({ kind: delivery.kind }, milliseconds / 1_000);
  metrics.count(delivery.kind, await record(delivery, outcome, milliseconds, parts));
}

async function send(
  delivery: ClaimedDelivery,
  parts: DeliverParts,
  signal: AbortSignal,
): Promise<Outcome | 'cancelled'> {
  const { channel } = delivery;
  if (!channel?.enabled) return 'cancelled';
  // Tries that ended are counted out by the table; these began, and their workers died.
  if (delivery.attempts > (parts.backoff ?? BACKOFF).length + 1) {
    return {
      result: 'retry',
      status_code: null,
      error: 'not sent: the tries before did not end',
      response: null,
    };
  }
  try {
    return await sendNotice({ ...delivery, channel }, parts, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    // A fault of ours in making this message. It must not stop the others, nor be lost without a trace.
    return { result: 'retry', status_code: null, error: `not sent: ${String(error)}`, response: null };
  }
}

async function record(
  delivery: ClaimedDelivery,
  outcome: Outcome | 'cancelled',
  milliseconds: number,
  { pool, redact, backoff }: DeliverParts,
): Promise<DeliveryResult> {
  const attempt = { delivery_id: delivery.id, n: delivery.attempts, milliseconds };
  if (outcome === 'cancelled') {
    const error = delivery.channel ? 'the channel is switched off' : 'the channel was deleted';
    const nothing = { status_code: null, response: null, delay: 0, reached: [] };
    await inTransaction(pool, (client) =>
      recordAttempt(client, { ...attempt, ...nothing, error, status: 'cancelled' }),
    );
    return 'cancelled';
  }
  const delay = nextTry(delivery, outcome, backoff);
  const status = statusAfter(outcome, delay);
  const short = (text: string | null) => text && storable(redact(text));
  await inTransaction(pool, async (client) => {
    await recordAttempt(client, {
      ...attempt,
      status_code: outcome.status_code,
      error: short(outcome.error),
      response: short(outcome.response),
      status,
      delay: delay ?? 0,
      reached: outcome.reached ?? [],
    });
    if (outcome.disable !== undefined) await disableChannel(client, delivery.channel_id, outcome.disable);
  });
  return status === 'pending' ? 'retried' : status;
}

/** At most 500 characters, and none that PostgreSQL's text cannot hold: one such answer must not be sent for ever because it cannot be logged. */
const storable = (text: string): string =>
  [...text].slice(0, LOGGED).join('').toWellFormed().replaceAll('\0', '\uFFFD');

/** Ms until the next try; undefined: none. Whoever tests a channel waits for the answer: a test is tried once. */
function nextTry(
  { notice_type, attempts }: ClaimedDelivery,
  { result, retry_after: asked = 0 }: Outcome,
  table?: readonly number[],
): number | undefined {
  if (result !== 'retry' || notice_type === 'channel.test') return undefined;
  return nextDelay(attempts, { asked, ...(table && { table }) });
}

function statusAfter({ result }: Outcome, delay: number | undefined): DeliveryStatus {
  if (result !== 'retry') return result;
  return delay === undefined ? 'gave_up' : 'pending';
}
