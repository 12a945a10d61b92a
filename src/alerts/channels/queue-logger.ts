import { Logger } from 'graphile-worker';
import type { QueueLog } from './queue-pool.js';

/** More deliveries under way than connections is on purpose: they wait for receivers. */
const expected = /maxPoolSize .* smaller than concurrency/;

/** The queue's own log lines in ours: what is a warning or worse, by its message alone (the fields beside it hold whole jobs). */
export const queueLogger = (log: QueueLog): Logger =>
  new Logger(() => (level, message) => {
    if ((level !== 'error' && level !== 'warning') || expected.test(message)) return;
    log.warn({ queue: 'deliveries' }, message.split('\n')[0] ?? '');
  });
