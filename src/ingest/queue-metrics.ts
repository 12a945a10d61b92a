import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What the commit queue says of itself at `/metrics`. Its labels are few and fixed. */
export class QueueMetrics {
  readonly refused: Counter<'reason'>;
  readonly dropped: Counter;
  readonly retries: Counter;
  readonly #rows: Histogram;
  readonly #seconds: Histogram;
  readonly #registry: Registry;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#registry = registry;
    this.refused = new Counter({
      name: 'commit_queue_refused_rows_total',
      help: 'Rows answered with 503 because the queue was full.',
      labelNames: ['reason'],
      registers,
    });
    this.dropped = new Counter({
      name: 'own_call_rows_dropped_total',
      help: 'Own-call log rows given up: memory bound reached, or the table could not be written.',
      registers,
    });
    this.retries = new Counter({
      name: 'commit_queue_retries_total',
      help: 'Statements sent again: deadlock, lost connection, or a half of a refused flush.',
      registers,
    });
    this.#rows = new Histogram({
      name: 'commit_queue_flush_rows',
      help: 'Rows a flush wrote.',
      buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'commit_queue_flush_seconds',
      help: 'From the start of a flush to its commit.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    });
  }

  flushed(rows: number, seconds: number): void {
    this.#rows.observe(rows);
    this.#seconds.observe(seconds);
  }

  /** Reads depth and state when somebody looks, so that they cost nothing in between. */
  watch(queue: { depth: number; available: boolean }): void {
    new Gauge({
      name: 'commit_queue_depth_rows',
      help: 'Rows waiting for a writer, own-call rows included.',
      registers: [this.#registry],
      collect() {
        this.set(queue.depth);
      },
    });
    new Gauge({
      name: 'commit_queue_available',
      help: '1 while the database takes rows, 0 while requests get 503.',
      registers: [this.#registry],
      collect() {
        this.set(queue.available ? 1 : 0);
      },
    });
  }
}
