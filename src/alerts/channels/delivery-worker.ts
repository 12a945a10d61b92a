import { setTimeout as sleep } from 'node:timers/promises';
import { makeWorkerUtils, type Runner, run } from 'graphile-worker';
import type pg from 'pg';
import { z } from 'zod';
import { type DeliverParts, deliver } from './deliver.js';
import { DELIVER } from './deliver-task.js';
import { forgetDeliveries } from './queries/forget-deliveries.js';
import { requeueOverdue } from './queries/requeue-overdue.js';
import { queueLogger } from './queue-logger.js';
import { openQueuePool, type QueueLog } from './queue-pool.js';

/** Deliveries under way at once: they wait for receivers, not for us. */
const AT_ONCE = 4;
/** How often a free worker looks for what is due later, ms; what is due now is told by NOTIFY. */
const POLL = 2_000;
/** After a queue that ended or did not start, ms. */
const RESTART = 2_000;
/** How often overdue deliveries are looked for, and how late they must be, ms. */
const SWEEP = 15_000;
const FORGET = 3_600_000;
/** Tries under way may still end after the stop, ms; then they are broken off, and given back. */
const GRACE = 2_000;
/** All of the stop, ms: a database that hangs must not hold the process. */
const STOP = 4_000;

const payloadSchema = z.object({ id: z.uuid() });

export interface DeliveryWorkerOptions extends Omit<DeliverParts, 'pool'> {
  databaseUrl: string;
  log: QueueLog;
  sweepEvery?: number | undefined;
}

/**
 * Delivers what is queued, on connections of its own (two), as long as it runs: a database that is away when it starts, or goes away later, is waited for.
 * Any number of replicas may run one. What a replica died with is taken over when its claim is over (30 s) and a sweep comes by (15 s).
 */
export class DeliveryWorker {
  readonly #options: DeliveryWorkerOptions;
  readonly #stopping = new AbortController();
  #pool: pg.Pool | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #stopped: Promise<void> | undefined;

  constructor(options: DeliveryWorkerOptions) {
    this.#options = options;
  }

  /** Returns at once. */
  start(): void {
    if (this.#pool || this.#stopped) return;
    const { databaseUrl, log } = this.#options;
    const pool = openQueuePool(databaseUrl, log);
    this.#pool = pool;
    this.#running = Promise.all([this.#keepRunning(pool), this.#keepSweeping(pool)]);
  }

  /** Takes nothing new; what is under way may end within 2 s, and is given back otherwise. Never rejects, and takes 4 s at most. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    const ended = this.#running.then(() => this.#pool?.end());
    await Promise.race([ended.catch(() => undefined), sleep(STOP, undefined, { ref: false })]);
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #keepRunning(pool: pg.Pool): Promise<void> {
    const { log } = this.#options;
    let isDown = false;
    while (!this.#isStopping) {
      try {
        const runner = await this.#run(pool);
        if (isDown) log.info({}, 'notices are delivered again');
        isDown = false;
        await this.#untilItEnds(runner);
      } catch (error) {
        // Said once an outage, not every two seconds of it.
        if (!isDown && !this.#isStopping) {
          log.warn(
            { err: error },
            'the delivery queue stands still: is the database there? It is tried again',
          );
        }
        isDown = true;
      }
      await this.#wait(RESTART);
    }
  }

  #run(pool: pg.Pool): Promise<Runner> {
    const parts: DeliverParts = { ...this.#options, pool };
    return run({
      pgPool: pool,
      logger: queueLogger(this.#options.log),
      concurrency: AT_ONCE,
      pollInterval: POLL,
      noHandleSignals: true,
      gracefulShutdownAbortTimeout: GRACE,
      // An end of a job that the database does not take is an unhandled rejection, which would end the process (graphile-worker 0.17.3), unless ends are
      // batched: then it ends the queue, which is started anew.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      parsedCronItems: [],
      taskList: {
        [DELIVER]: async (payload, { abortSignal }) => {
          await deliver(payloadSchema.parse(payload).id, parts, abortSignal);
        },
      },
    });
  }

  /** Resolves when the runner was stopped by us, rejects when it ended by itself. */
  async #untilItEnds(runner: Runner): Promise<void> {
    const stop = () => void runner.stop().catch(() => undefined);
    const { signal } = this.#stopping;
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      await runner.promise;
      if (!signal.aborted) throw new Error('the queue ended by itself');
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async #keepSweeping(pool: pg.Pool): Promise<void> {
    const { log, metrics, sweepEvery = SWEEP } = this.#options;
    let forgotAt = Number.NEGATIVE_INFINITY;
    while (!this.#isStopping) {
      await this.#wait(sweepEvery);
      if (this.#isStopping) return;
      try {
        const requeued = await requeueOverdue(pool, sweepEvery);
        metrics.requeued.inc(requeued);
        if (requeued > 0)
          log.info({ deliveries: requeued }, 'deliveries that were left behind are tried again');
        if (performance.now() - forgotAt < FORGET) continue;
        await this.#forget(pool);
        forgotAt = performance.now();
      } catch {
        // The database is away, or not migrated yet, which the queue has said.
      }
    }
  }

  async #forget(pool: pg.Pool): Promise<void> {
    const { log } = this.#options;
    const deliveries = await forgetDeliveries(pool);
    if (deliveries > 0) log.info({ deliveries }, 'deliveries of more than 90 days ago are forgotten');
    // Jobs whose workers died, and that were put back under a new one.
    const utils = await makeWorkerUtils({ pgPool: pool, logger: queueLogger(log) });
    try {
      await utils.cleanup({ tasks: ['DELETE_PERMAFAILED_JOBS'] });
    } finally {
      await utils.release();
    }
  }

  /** Ends early, without an error, when the worker stops. */
  async #wait(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#stopping.signal, ref: false }).catch(
      () => undefined,
    );
  }
}
