import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { inTransaction } from '../../store/in-transaction.js';
import { type DeliveryWithLog, getDelivery } from './queries/get-delivery.js';
import { insertDeliveries } from './queue-deliveries.js';
import { testNotice } from './test-notice.js';

/** How long whoever tests a channel waits for the outcome, ms, and how often is looked. */
const WAIT = 5_000;
const LOOK = 50;

/**
 * Sends a made-up notice the way of all others, through the queue, and returns the delivery as it stands when it was tried, or after 5 s. Undefined where there is
 * no such channel, or it is switched off.
 */
export async function tryChannel(
  pool: pg.Pool,
  id: string,
  now: number,
  wait = WAIT,
): Promise<DeliveryWithLog | undefined> {
  const notice = testNotice(randomUUID(), now);
  const [delivery] = await inTransaction(pool, (client) => insertDeliveries(client, [id], notice));
  if (delivery === undefined) return undefined;
  for (const end = performance.now() + wait; ; await sleep(LOOK)) {
    const found = await getDelivery(pool, delivery);
    if (found?.delivery.status !== 'pending' || performance.now() > end) return found;
  }
}
