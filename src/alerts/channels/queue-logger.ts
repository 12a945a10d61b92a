import { Logger } from 'graphile-worker';
import type { QueueLog } from './queue-pool.js';

/** The queue's own log lines in ours: what is a warning or worse, by its message alone (the fields beside it hold whole jobs). */
export const queueLogger = (log: QueueLog): Logger =>
  new Logger(() => (level, message) => {
    if (level === 'error' || level === 'warning')
      log.warn({ queue: 'deliveries' }, message.split('\n')[0] ?? '');
  });
