import { Counter, Gauge, type Registry } from 'prom-client';
import { explainFailure } from '../store/explain-failure.js';

/** Work that runs by the clock. `run` returns what it did, in a few fields, for the log line. */
export interface Job {
  name: string;
  everyMs: number;
  run: () => Promise<Record<string, unknown>>;
}

export interface JobLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** How a job went so far, in this process. Times are Unix ms. */
export interface JobRecord {
  job: string;
  every_ms: number;
  last_success: number | null;
  last_failure: number | null;
  /** What the last failure said, in a line. */
  error: string | null;
}

/**
 * Runs jobs one run at a time each; a run that fails is logged, counted, and comes again at its next turn. Each run is one log line (debug
 * noise is left out where nothing was done) and one count. `stop` waits for the runs under way.
 */
export class JobRunner {
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #records = new Map<string, JobRecord>();
  readonly #log: JobLog;
  readonly #clock: () => number;
  readonly #runs: Counter<'job' | 'result'>;
  readonly #last: Gauge<'job'>;

  /** `clock`: Unix ms. */
  constructor(log: JobLog, registry: Registry, clock: () => number) {
    this.#log = log;
    this.#clock = clock;
    const registers = [registry];
    this.#runs = new Counter({
      name: 'job_runs_total',
      help: 'Runs by result.',
      labelNames: ['job', 'result'],
      registers,
    });
    this.#last = new Gauge({
      name: 'job_last_success_timestamp_seconds',
      help: 'Unix time of the last run that succeeded.',
      labelNames: ['job'],
      registers,
    });
  }

  /** How each job went, those that have not run yet too. */
  get records(): JobRecord[] {
    return [...this.#records.values()];
  }

  start(jobs: readonly Job[]): void {
    for (const job of jobs) {
      const { name, everyMs } = job;
      this.#records.set(name, {
        job: name,
        every_ms: everyMs,
        last_success: null,
        last_failure: null,
        error: null,
      });
      let busy = false;
      const timer = setInterval(() => {
        if (busy) return;
        busy = true;
        const run = this.#run(job).finally(() => {
          busy = false;
          this.#running.delete(run);
        });
        this.#running.add(run);
      }, job.everyMs);
      this.#timers.push(timer.unref());
    }
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#running);
  }

  async #run({ name, run }: Job): Promise<void> {
    const started = performance.now();
    try {
      const done = await run();
      this.#runs.inc({ job: name, result: 'ok' });
      this.#last.setToCurrentTime({ job: name });
      this.#note(name, { last_success: this.#clock() });
      const milliseconds = Math.round(performance.now() - started);
      if (Object.keys(done).length > 0) this.#log.info({ job: name, milliseconds, ...done }, 'job done');
    } catch (error) {
      this.#runs.inc({ job: name, result: 'failed' });
      this.#note(name, { last_failure: this.#clock(), error: explainFailure(error) });
      this.#log.error({ job: name, err: error }, 'job failed; it runs again at its next turn');
    }
  }

  #note(name: string, news: Partial<JobRecord>): void {
    const record = this.#records.get(name);
    if (record) Object.assign(record, news);
  }
}
