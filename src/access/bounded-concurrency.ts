import { Problem } from '../http/problem.js';

/**
 * Runs at most `running` pieces of work at once and lets `waiting` more queue; beyond that it refuses at once with a 429 Problem, so
 * that a flood costs its senders an answer and nobody else the service.
 */
export class BoundedConcurrency {
  readonly #limits: { running: number; waiting: number };
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(limits: { running: number; waiting: number }) {
    this.#limits = limits;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#limits.running) {
      this.#running += 1;
    } else {
      if (this.#queue.length >= this.#limits.waiting) throw tooBusy();
      // Whoever ends hands its place over: the count stays.
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}

const tooBusy = (): Problem =>
  new Problem('too-many-requests', 'Too many sign-ins at once. Try again in a second.', {
    headers: { 'retry-after': '1' },
  });
