import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the histogram's timer looks, in ms. It measures from look to look, so a loop with nothing to do shows this. */
const RESOLUTION = 10;

/** How late this process's timers fire, since the last time somebody took it. */
export class LoopLag {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION });

  start(): void {
    this.#histogram.enable();
  }

  /** Milliseconds: 99th percentile, and longest. A stall is one look, however long: the longest tells of it when the percentile does not. */
  take(): { p99: number; longest: number } {
    const lag = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION);
    const { count, max } = this.#histogram;
    const taken =
      count === 0 ? { p99: 0, longest: 0 } : { p99: lag(this.#histogram.percentile(99)), longest: lag(max) };
    this.#histogram.reset();
    return taken;
  }

  stop(): void {
    this.#histogram.disable();
  }
}
