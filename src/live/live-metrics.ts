import { Counter, Gauge, type Registry } from 'prom-client';
import type { FeedState } from './commit-feed.js';

/** What the live feed says of itself. */
export class LiveMetrics {
  readonly missed: Counter;

  constructor(registry: Registry, clients: () => number, state: () => FeedState) {
    const registers = [registry];
    this.missed = new Counter({
      name: 'live_messages_missed_total',
      help: 'Messages that slow clients were told of by a gap, before their filters.',
      registers,
    });
    new Gauge({
      name: 'live_clients',
      help: 'Open connections of the live feed.',
      registers,
      collect() {
        this.set(clients());
      },
    });
    new Gauge({
      name: 'live_listening',
      help: 'Whether this replica hears of what others commit: 1 yes, 0 it does not, or nobody watches here.',
      registers,
      collect() {
        this.set(state().state === 'up' ? 1 : 0);
      },
    });
    new Gauge({
      name: 'live_read_age_seconds',
      help: 'Since commits were last looked for with success, while somebody watches; above 5 the feed is behind.',
      registers,
      collect() {
        this.set(state().lag ?? 0);
      },
    });
  }
}
