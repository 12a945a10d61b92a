import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterServer } from './cluster-server.js';
import { OwnedElsewhere, OwnerLock } from './owner-lock.js';
import type { Postmaster } from './postmaster.js';

export interface SupervisorLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface SupervisorOptions {
  server: ClusterServer;
  postmaster: Postmaster;
  lock: OwnerLock;
  /** Address of the database `postgres`. */
  adminUrl: string;
  log: SupervisorLog;
}

/** How often the server's pid is looked at, in ms. */
const INTERVAL = 150;

/** Pauses between attempts to start it again, in ms: old backends hold the shared memory for a moment, rarely for the length of a query. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1_000;

/**
 * Brings the server back when it dies while the service runs, on the same port, so that every pool keeps its address; and the owner's
 * lock with it. A server that is only stopped (SIGSTOP) or slow is alive and left alone. If another service has taken the cluster over
 * meanwhile, this one gives it up: it neither restarts nor stops it any more.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #abort = new AbortController();
  readonly #ended: Promise<void>;
  #postmaster: Postmaster;
  #lock: OwnerLock;
  #owner = true;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#postmaster = options.postmaster;
    this.#lock = options.lock;
    this.#ended = this.#watch();
  }

  /** Ends the supervision and tells whether the server is still ours to stop. */
  async stop(): Promise<boolean> {
    this.#abort.abort();
    await this.#ended;
    return this.#owner;
  }

  /** Call when the server is stopped: the lock is held until then, so that nobody adopts a server that is going down. */
  async release(): Promise<void> {
    await this.#lock.release();
  }

  async #watch(): Promise<void> {
    const { server, log } = this.#options;
    while (this.#owner && (await this.#pause(INTERVAL))) {
      try {
        if (!server.isAlive(this.#postmaster)) await this.#bringBack();
        if (!this.#lock.held && !this.#abort.signal.aborted) await this.#retakeLock();
      } catch (error) {
        log.error({ err: error }, 'supervising PostgreSQL failed, trying again');
      }
    }
  }

  async #bringBack(): Promise<void> {
    const { server, log } = this.#options;
    const { pid, port } = this.#postmaster;
    const died = performance.now();
    log.error({ pid, port }, 'PostgreSQL died: starting it again');
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        this.#postmaster = (await server.find()) ?? (await server.start());
        break;
      } catch (error) {
        log.warn({ err: error, retry_in_ms: pause }, 'PostgreSQL does not start yet');
        if (!(await this.#pause(pause))) return;
      }
    }
    const ms = Math.round(performance.now() - died);
    log.warn({ pid: this.#postmaster.pid, port: this.#postmaster.port, ms }, 'PostgreSQL is back');
    if (this.#postmaster.port !== port)
      log.error({ was: port }, 'PostgreSQL came back on another port: restart the service');
  }

  async #retakeLock(): Promise<void> {
    const { server, adminUrl, log } = this.#options;
    const worthWaiting = () => !this.#abort.signal.aborted && server.isAlive(this.#postmaster);
    try {
      this.#lock = await OwnerLock.take(adminUrl, worthWaiting);
    } catch (error) {
      if (!(error instanceof OwnedElsewhere)) {
        // Dead again, or stopping with us: the next round sees to it.
        log.warn({ err: error }, 'the lock of the embedded PostgreSQL is not back yet');
        return;
      }
      this.#owner = false;
      log.error(
        { other_pid: error.pid },
        'another service has taken the embedded PostgreSQL over: leaving it alone',
      );
    }
  }

  /** False when the supervision has ended. Never keeps the process alive. */
  async #pause(ms: number): Promise<boolean> {
    const { signal } = this.#abort;
    await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
    return !signal.aborted;
  }
}
