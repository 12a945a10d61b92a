import { Gauge, type Registry } from 'prom-client';
import type { Waiting } from '../store/rollups/fold-deltas.js';

/** Shows how far the rollups are behind what was flushed; questions read what waits, so this is their extra cost. */
export class RollupMetrics {
  readonly #deltas: Gauge;
  readonly #age: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#deltas = new Gauge({
      name: 'rollup_deltas_waiting',
      help: 'Flushes whose counts are not folded into the rollups yet.',
      registers,
    });
    this.#age = new Gauge({
      name: 'rollup_deltas_oldest_seconds',
      help: 'Age of the oldest of them; above 120 no replica folds.',
      registers,
    });
  }

  set({ deltas, age }: Waiting): void {
    this.#deltas.set(deltas);
    this.#age.set(age ?? 0);
  }
}
