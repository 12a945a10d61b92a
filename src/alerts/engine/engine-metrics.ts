import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What the alert engine says of itself. */
export class EngineMetrics {
  readonly fired: Counter<'kind' | 'severity'>;
  readonly resolved: Counter<'kind' | 'severity'>;
  readonly failures: Counter<'kind'>;
  readonly seconds: Histogram;
  readonly last: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['kind', 'severity'] as const;
    this.fired = new Counter({
      name: 'alerts_fired_total',
      help: 'Alerts that fired.',
      labelNames,
      registers,
    });
    this.resolved = new Counter({
      name: 'alerts_resolved_total',
      help: 'Alerts that were resolved.',
      labelNames,
      registers,
    });
    this.failures = new Counter({
      name: 'alert_rule_failures_total',
      help: 'Looks of a rule that failed; the other rules were looked at all the same.',
      labelNames: ['kind'],
      registers,
    });
    this.seconds = new Histogram({
      name: 'alert_step_seconds',
      help: 'Duration of a step of the alert engine that this replica did.',
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.last = new Gauge({
      name: 'alert_step_timestamp_seconds',
      help: 'Unix time that the last step of this replica was for.',
      registers,
    });
  }
}
