import { Counter, Histogram, type Registry } from 'prom-client';
import type { ChannelKind } from '../../contract/channel.js';

/** `retried` and `interrupted` are tries that are followed by another. */
export type DeliveryResult = 'delivered' | 'retried' | 'failed' | 'gave_up' | 'cancelled' | 'interrupted';

/** Counts what became of notices, by kind of channel. */
export class DeliveryMetrics {
  readonly results: Counter<'kind' | 'result'>;
  readonly seconds: Histogram<'kind'>;
  readonly requeued: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.results = new Counter({
      name: 'delivery_attempts_total',
      help: 'Tries to deliver a notice, by kind of channel and result.',
      labelNames: ['kind', 'result'],
      registers,
    });
    this.seconds = new Histogram({
      name: 'delivery_attempt_duration_seconds',
      help: 'How long receivers take.',
      labelNames: ['kind'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.requeued = new Counter({
      name: 'deliveries_requeued_total',
      help: 'Deliveries whose worker had died with them, or whose job was lost.',
      registers,
    });
  }

  count(kind: ChannelKind, result: DeliveryResult): void {
    this.results.inc({ kind, result });
  }
}
