import { Counter, Gauge, type Registry } from 'prom-client';

/** What the live feed says of itself. */
export class LiveMetrics {
  readonly missed: Counter;

  constructor(registry: Registry, clients: () => number) {
    this.missed = new Counter({
      name: 'live_messages_missed_total',
      help: 'Messages that slow clients were told of by a gap, before their filters.',
      registers: [registry],
    });
    new Gauge({
      name: 'live_clients',
      help: 'Open connections of the live feed.',
      registers: [registry],
      collect() {
        this.set(clients());
      },
    });
  }
}
