import { Counter, type Registry } from 'prom-client';
import type { RedactionTally } from './redact/redaction-tally.js';

/** What ingest counts beside the queue: secrets found by rule, and items turned away by reason. */
export class IngestMetrics {
  readonly rejections: Counter<'kind' | 'reason'>;
  readonly #redactions: Counter<'rule'>;

  constructor(registry: Registry) {
    this.rejections = new Counter({
      name: 'ingest_rejections_total',
      help: 'Items turned away, by problem code.',
      labelNames: ['kind', 'reason'],
      registers: [registry],
    });
    this.#redactions = new Counter({
      name: 'ingest_redactions_total',
      help: 'Secrets replaced before anything else saw them, by rule. The originals are never kept.',
      labelNames: ['rule'],
      registers: [registry],
    });
  }

  redacted(tally: RedactionTally): void {
    if (tally.total === 0) return;
    for (const [rule, count] of tally) this.#redactions.inc({ rule }, count);
  }
}
